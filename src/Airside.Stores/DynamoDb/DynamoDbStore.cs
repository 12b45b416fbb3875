using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.DynamoDb;

/// <summary>Ledger and airlines in one table of DynamoDB, shared by any number of processes.</summary>
public sealed class DynamoDbStore : IStore
{
    private readonly DynamoDbSettings _settings;
    private readonly DynamoDbTable _table;
    private readonly TableSchema _schema;
    private readonly StoreWatch _watch;
    private bool _isDisposed;

    /// <summary>Makes the store. Nothing is asked of DynamoDB before it is opened or prepared.</summary>
    /// <param name="settings">Where the table is.</param>
    /// <param name="keyWindow">How long keys are remembered at least.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told of outages and of faults in the background.</param>
    /// <exception cref="StoreUnavailableException">The SDK does not know where AWS is.</exception>
    public DynamoDbStore(DynamoDbSettings settings, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
        : this(settings, keyWindow, timeProvider, logger, Client(settings), Timeouts.OfService)
    {
    }

    /// <summary>Makes the store with a client of its own, which it disposes of, and timeouts of its own.</summary>
    internal DynamoDbStore(
        DynamoDbSettings settings,
        TimeSpan keyWindow,
        TimeProvider timeProvider,
        ILogger logger,
        IAmazonDynamoDB client,
        Timeouts timeouts)
    {
        _settings = settings;
        Clock = new StoreClock(timeProvider, logger);
        _table = new DynamoDbTable(client, settings, new TableFaults(settings), timeProvider, timeouts);
        _schema = new TableSchema(_table);
        _watch = new StoreWatch(_table, new AnswerDate(client), Clock, logger);
        var reader = new RouteReader(_table);
        Ledger = new DynamoDbLedger(_table, _watch, reader, keyWindow, Clock);
        Airlines = new DynamoDbAirlineStore(_table, _watch, Clock, logger);
        Archive = new DynamoDbArchive(_table, _watch, reader, keyWindow, Clock);
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger { get; }

    /// <inheritdoc/>
    public IAirlineStore Airlines { get; }

    /// <inheritdoc/>
    public ILedgerArchive Archive { get; }

    /// <inheritdoc/>
    public string? Outage => _watch.Outage;

    /// <inheritdoc/>
    public StoreClock Clock { get; }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _schema.DemandAsync(cancellationToken);
        await _watch.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Makes the table on another server than AWS. On AWS it only checks the table: there Terraform owns it, and a service that may
    /// make tables may do too much.
    /// </summary>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        if (_settings.Endpoint is not null)
        {
            return await _schema.CreateAsync(cancellationToken);
        }

        try
        {
            await _schema.DemandAsync(cancellationToken);
            return [];
        }
        catch (StoreUnavailableException exception)
        {
            throw new StoreUnavailableException(
                $"{exception.Message} It is made by `migrate` only where Airside:DynamoDb:Endpoint is set; it is not set.", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _watch.DisposeAsync();
        _table.Dispose();
    }

    private static IAmazonDynamoDB Client(DynamoDbSettings settings)
    {
        try
        {
            return DynamoDbClients.Make(settings);
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
