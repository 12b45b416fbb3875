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
    /// <param name="logger">Told when the server is lost and when it is back.</param>
    /// <exception cref="StoreUnavailableException">The settings are not complete or cannot be read.</exception>
    public PostgresStore(PostgresSettings settings, TimeSpan keyWindow, ILogger logger)
        : this(settings, keyWindow, logger, Migration.All)
    {
    }

    /// <inheritdoc cref="PostgresStore(PostgresSettings, TimeSpan, ILogger)"/>
    internal PostgresStore(
        PostgresSettings settings, TimeSpan keyWindow, ILogger logger, IReadOnlyList<Migration> migrations)
    {
        var keyDays = new KeyDays(keyWindow);
        _schema = new Schema(migrations);
        _server = new PostgresServer(PostgresConnections.Open(settings), logger, settings.Timeout);
        Clock = new StoreClock(TimeProvider.System, logger);
        _watch = new PostgresWatch(_server, keyDays, Clock, logger);
        Ledger = new PostgresLedger(_server, keyDays, keyWindow);
        Airlines = new PostgresAirlineStore(_server, _watch);
        Archive = new PostgresArchive(_server, keyDays, keyWindow);
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
    public StoreClock Clock { get; }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _server.RunAsync(
            async (connection, token) =>
            {
                await DemandServerAsync(connection, token);
                await _schema.DemandAsync(connection, token);
                return true;
            },
            OpenDeadline,
            cancellationToken);
        _watch.Start();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => _server.RunLongAsync(
        async (connection, token) =>
        {
            await DemandServerAsync(connection, token);
            return await _schema.MigrateAsync(connection, token);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task DemandServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ServerSettings.DemandSessionsAsync(
            connection, () => _server.ConnectAsync(cancellationToken), _server.Name, cancellationToken);
        await ServerSettings.DemandAsync(connection, _server.Name, cancellationToken);
    }
}
