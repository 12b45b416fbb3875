using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Both stores in one PostgreSQL database (14 or later), shared by any number of processes.</summary>
public sealed class PostgresStore : IStore
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromMilliseconds(Limits.StoreOpenTimeoutMs);
    private readonly PostgresServer _server;
    private readonly PostgresWatch _watch;
    private readonly Schema _schema;

    /// <summary>Makes the store; nothing is connected before <see cref="OpenAsync"/> or <see cref="MigrateAsync"/>.</summary>
    /// <param name="settings">Where the server is.</param>
    /// <param name="keyWindow">How long keys are remembered at least.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told when the server is lost and when it is back.</param>
    /// <exception cref="StoreUnavailableException">The settings are not complete or cannot be read.</exception>
    public PostgresStore(PostgresSettings settings, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
        : this(settings, keyWindow, timeProvider, logger, Migration.All)
    {
    }

    /// <inheritdoc cref="PostgresStore(PostgresSettings, TimeSpan, TimeProvider, ILogger)"/>
    internal PostgresStore(
        PostgresSettings settings, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger, IReadOnlyList<Migration> migrations)
    {
        var keyDays = new KeyDays(keyWindow, timeProvider);
        _schema = new Schema(migrations);
        _server = new PostgresServer(PostgresConnections.Open(settings), logger, settings.Timeout);
        _watch = new PostgresWatch(_server, keyDays, logger);
        Ledger = new PostgresLedger(_server, keyDays, keyWindow, timeProvider);
        Airlines = new PostgresAirlineStore(_server, _watch);
        Archive = new PostgresArchive(_server, keyDays, keyWindow, timeProvider);
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger { get; }

    /// <inheritdoc/>
    public IAirlineStore Airlines { get; }

    /// <inheritdoc/>
    public ILedgerArchive Archive { get; }

    /// <inheritdoc/>
    public string? Outage => _server.Outage;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _server.RunAsync(
            async (connection, token) =>
            {
                await _schema.DemandAsync(connection, token);
                await DemandSettingsAsync(connection, token);
                return true;
            },
            OpenDeadline,
            cancellationToken);
        _watch.Start();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) =>
        _server.RunLongAsync(_schema.MigrateAsync, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>
    /// What is acknowledged must be on stable storage, and each statement of a batch must see what was committed before it. These settings
    /// of a server, database or user can take that away.
    /// </summary>
    private async Task DemandSettingsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT name || ' = ' || setting FROM pg_settings
            WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'
                OR name = 'default_transaction_isolation' AND setting <> 'read committed'
            """,
            connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is string setting)
        {
            throw new StoreUnavailableException(
                $"PostgreSQL at {_server.Name} has {setting}, with which transactions could be lost or counted twice. It needs fsync and "
                + "synchronous_commit on, and default_transaction_isolation read committed.");
        }
    }
}
