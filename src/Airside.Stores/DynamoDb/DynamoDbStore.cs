using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>Ledger and airlines in one DynamoDB table, shared by any number of processes.</summary>
public sealed class DynamoDbStore : IStore
{
    private readonly DynamoDbSettings _settings;
    private readonly DynamoDbTable _table;
    private readonly TableSchema _schema;
    private readonly TableNames _names;
    private readonly DynamoDbMonitor _monitor;
    private readonly BackgroundRanking _ranking;
    private readonly int _routesMax;
    private bool _isDisposed;

    /// <summary>Creates the store. It sends no request before it is opened or migrated.</summary>
    /// <param name="settings">Where the table is.</param>
    /// <param name="keyWindow">Minimum time for which keys are remembered.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Logs outages and background failures.</param>
    /// <exception cref="StoreUnavailableException">The SDK cannot determine where AWS is.</exception>
    public DynamoDbStore(DynamoDbSettings settings, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
        : this(settings, keyWindow, timeProvider, logger, Client(settings), Timeouts.OfService)
    {
    }

    /// <summary>Creates the store with the given client, which it disposes, and the given timeouts.</summary>
    internal DynamoDbStore(
        DynamoDbSettings settings,
        TimeSpan keyWindow,
        TimeProvider timeProvider,
        ILogger logger,
        IAmazonDynamoDB client,
        Timeouts timeouts,
        RankingAge? rankingAge = null,
        int routesMax = Limits.RoutesMax)
    {
        _routesMax = routesMax;
        _settings = settings;
        Clock = new StoreClock(timeProvider, logger);
        _table = new DynamoDbTable(client, settings, new DynamoDbFaults(settings), timeProvider, timeouts);
        _schema = new TableSchema(_table);
        _monitor = new DynamoDbMonitor(_table, new ResponseDate(client), Clock, logger);
        var reader = new RouteReader(_table);
        _ranking = new BackgroundRanking(
            (previous, token) => reader.RankAsync(previous, _monitor.State.Routes.Routes ?? 0, token),
            rankingAge ?? new RankingAge(RefreshAfter),
            (TimeSpan.FromMilliseconds(timeouts.RequestMs), nameof(Limits.StoreTimeoutMs)),
            Clock,
            new BackgroundWork("ranking", TimeProvider.System, logger));
        var hours = new HoursKept(_table, Clock);
        Ledger = new DynamoDbLedger(
            _table, _monitor, reader, new RememberedRoutes(_table), hours, keyWindow, _ranking, Clock, routesMax);
        Airlines = new DynamoDbAirlineStore(_table, _monitor, Clock, logger);
        var archive = new DynamoDbArchive(_table, _monitor, reader, hours, keyWindow, Clock);
        Archive = archive;
        _names = new TableNames(_table, reader, archive);
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger { get; }

    /// <inheritdoc/>
    public IAirlineStore Airlines { get; }

    /// <inheritdoc/>
    public ILedgerArchive Archive { get; }

    /// <inheritdoc/>
    public string? Outage => _monitor.Outage;

    /// <inheritdoc/>
    public StoreClock Clock { get; }

    /// <summary>Returns after how long the ranking is refreshed.</summary>
    internal static TimeSpan RefreshAfter(int routes) => TimeSpan.FromMilliseconds(
        Math.Max(Limits.DynamoDbRankingMsMin, (long)routes * Limits.DynamoDbRankingMsPerRoute));

    /// <inheritdoc/>
    public RouteUsage RouteUsage => new(_monitor.State.Routes.Routes, _routesMax);

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _schema.EnsureAsync(cancellationToken);
        await _names.EnsureAsync(cancellationToken);
        await _monitor.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task OpenToReadAsync(CancellationToken cancellationToken)
    {
        await _schema.EnsureAsync(cancellationToken);
        await _monitor.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Creates the table on a server other than AWS. On AWS it only checks the table: there Terraform owns it, and a service that may
    /// create tables has too many rights. Then it reads the names.
    /// </summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) =>
        [.. await PrepareAsync(cancellationToken), .. await _names.MigrateAsync(cancellationToken)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _ranking.DisposeAsync();
        await _monitor.DisposeAsync();
        _table.Dispose();
    }

    private async Task<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        if (_settings.Endpoint is not null)
        {
            return await _schema.CreateAsync(cancellationToken);
        }

        try
        {
            await _schema.EnsureAsync(cancellationToken);
            return [];
        }
        catch (StoreUnavailableException exception)
        {
            throw new StoreUnavailableException(
                $"{exception.Message} `migrate` creates it only if Airside:DynamoDb:Endpoint is set; it is not set.", exception);
        }
    }

    private static IAmazonDynamoDB Client(DynamoDbSettings settings)
    {
        try
        {
            return DynamoDbClients.Create(settings);
        }
        catch (AmazonClientException exception)
        {
            throw new StoreUnavailableException(
                $"DynamoDB cannot be reached: {exception.Message} Set Airside:DynamoDb:Region, which is "
                + $"{settings.Region ?? "not set"}, or AWS_REGION.",
                exception);
        }
    }
}
