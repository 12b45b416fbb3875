using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Airside.Stores.Postgres;

/// <summary>Ledger and airlines in one PostgreSQL database (14 or later), shared by any number of processes.</summary>
public sealed class PostgresStore : IStore
{
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromMilliseconds(Limits.StoreOpenTimeoutMs);
    private readonly PostgresServer _server;
    private readonly PostgresMonitor _monitor;
    private readonly Schema _schema;
    private readonly BackgroundRanking _ranking;
    private readonly int _routesMax;

    /// <summary>Creates the store; it does not connect before <see cref="OpenAsync"/> or <see cref="MigrateAsync"/>.</summary>
    /// <param name="settings">Where the server is.</param>
    /// <param name="keyWindow">Minimum time for which keys are remembered.</param>
    /// <param name="logger">Logs when the server becomes unreachable and when it is reachable again.</param>
    /// <exception cref="StoreUnavailableException">The settings are incomplete or cannot be read.</exception>
    public PostgresStore(PostgresSettings settings, TimeSpan keyWindow, ILogger logger)
        : this(settings, keyWindow, logger, Migration.All)
    {
    }

    /// <inheritdoc cref="PostgresStore(PostgresSettings, TimeSpan, ILogger)"/>
    internal PostgresStore(
        PostgresSettings settings,
        TimeSpan keyWindow,
        ILogger logger,
        IReadOnlyList<Migration> migrations,
        RankingAge? rankingAge = null,
        int routesMax = Limits.RoutesMax)
    {
        _routesMax = routesMax;
        var keyPartitions = new KeyPartitions(keyWindow);
        _schema = new Schema(migrations);
        _server = new PostgresServer(PostgresConnections.Open(settings), logger, settings.Timeout);
        Clock = new StoreClock(TimeProvider.System, logger);
        _monitor = new PostgresMonitor(_server, keyPartitions, Clock, logger);
        _ranking = new BackgroundRanking(
            new PostgresRanking(_server).RefreshAsync,
            rankingAge ?? new RankingAge(RefreshAfter),
            (settings.Timeout, "Airside:Postgres:TimeoutMs"),
            Clock,
            new BackgroundWork("ranking", TimeProvider.System, logger));
        Ledger = new PostgresLedger(_server, keyPartitions, keyWindow, _ranking, Clock, routesMax);
        Airlines = new PostgresAirlineStore(_server, _monitor);
        Archive = new PostgresArchive(_server, keyPartitions, keyWindow);
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

    /// <summary>Returns after how long the ranking is refreshed.</summary>
    internal static TimeSpan RefreshAfter(int routes) => TimeSpan.FromMilliseconds(Math.Clamp(
        routes * Limits.PostgresRankingMicrosecondsPerRoute / 1_000.0, Limits.PostgresRankingMsMin, Limits.PostgresRankingMsMax));

    /// <inheritdoc/>
    public RouteUsage RouteUsage => new(_monitor.Routes, _routesMax);

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => ConnectAsync(mayHoldEarlierNames: false, cancellationToken);

    /// <inheritdoc/>
    public Task OpenToReadAsync(CancellationToken cancellationToken) => ConnectAsync(mayHoldEarlierNames: true, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => _server.RunLongAsync(
        async (connection, token) =>
        {
            await EnsureServerAsync(connection, token);
            return await _schema.MigrateAsync(connection, token);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ranking.DisposeAsync();
        await _monitor.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task ConnectAsync(bool mayHoldEarlierNames, CancellationToken cancellationToken)
    {
        await _server.RunAsync(
            async (connection, token) =>
            {
                await EnsureServerAsync(connection, token);
                await _schema.EnsureAsync(connection, mayHoldEarlierNames, token);
                return true;
            },
            OpenDeadline,
            cancellationToken);
        _monitor.Start();
    }

    private async Task EnsureServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await ServerSettings.EnsureSessionsAsync(
            connection, () => _server.ConnectAsync(cancellationToken), _server.Name, cancellationToken);
        await ServerSettings.EnsureAsync(connection, _server.Name, cancellationToken);
    }
}
