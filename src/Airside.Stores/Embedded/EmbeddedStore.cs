using System.Diagnostics;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.Embedded;

/// <summary>Transactions and airlines in one data directory of the local disk, for one process.</summary>
public sealed partial class EmbeddedStore : IStore
{
    private readonly string _directory;
    private readonly EmbeddedOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private Opened? _opened;

    /// <summary>Creates the store; reads and locks nothing before <see cref="OpenAsync"/>.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="keyWindow">How long keys are remembered at least.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Logs recovery and background failures.</param>
    public EmbeddedStore(string directory, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
        : this(directory, new EmbeddedOptions(keyWindow), timeProvider, logger)
    {
    }

    internal EmbeddedStore(string directory, EmbeddedOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _directory = Path.GetFullPath(directory);
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger => Now.Ledger;

    /// <inheritdoc/>
    public IAirlineStore Airlines => Now.Airlines;

    /// <inheritdoc/>
    public ILedgerArchive Archive => Now.Archive;

    /// <summary>Null: no connection to the directory can be lost.</summary>
    public string? Outage => null;

    /// <summary>Null: the store uses the process's clock.</summary>
    public StoreClock? Clock => null;

    /// <inheritdoc/>
    public RouteUsage RouteUsage => new(Now.Ledger.RouteUsage.Count, Now.Ledger.RouteUsage.Max);

    private Opened Now => _opened ?? throw new InvalidOperationException("The store must be opened before it is used.");

    /// <summary>Returns the current memory and disk usage. Lists the directory, so call it rarely.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be read.</exception>
    public EmbeddedUsage Usage() => EmbeddedUsage.From(_directory, Now.Ledger);

    /// <summary>Opens the store and recovers its state. Creates the directory if it is missing.</summary>
    /// <exception cref="StoreUnavailableException">
    /// Another process uses the directory, a later version wrote it, it holds names that must be converted, it cannot be created or
    /// read, or it does not fit into memory.
    /// </exception>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OpenToReadAsync(CancellationToken cancellationToken)
    {
        _opened ??= Recover(mayHoldEarlierNames: true);
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="OpenAsync"/>
    public void Open() => _opened ??= Recover(mayHoldEarlierNames: false);

    /// <summary>Creates and opens a store.</summary>
    /// <inheritdoc cref="EmbeddedStore(string, TimeSpan, TimeProvider, ILogger)"/>
    public static EmbeddedStore Open(string directory, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
    {
        var store = new EmbeddedStore(directory, keyWindow, timeProvider, logger);
        store.Open();
        return store;
    }

    /// <summary>Does nothing: files are upgraded when they are rewritten.</summary>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Finishes the queued commits, closes the journal and unlocks the directory.</summary>
    public ValueTask DisposeAsync() => _opened?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Opened Recover(bool mayHoldEarlierNames)
    {
        try
        {
            DurableDirectory.Create(_directory, path => new FileSystemDisk(path).SyncDirectory());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The data directory '{_directory}' cannot be created: {exception.Message} Choose another one with Airside:DataDirectory.",
                exception);
        }

        var directoryLock = DirectoryLock.Take(_directory);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var disk = new FileSystemDisk(_directory, mayWrite: directoryLock.IsHeld);
            var ledger = JournaledLedger.Open(disk, _timeProvider, _options);
            if (ledger.EarlierNames.Any && !mayHoldEarlierNames)
            {
                throw ledger.EarlierNames.Refusal($"The data directory '{_directory}'");
            }

            foreach (var warning in ledger.Warnings)
            {
                LogWarning(_logger, warning);
            }

            LogRecovered(_logger, _directory, ledger.KeyCount, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var monitor = new DirectoryMonitor(
                _directory, directoryLock, new BackgroundWork("data directory monitoring", _timeProvider, _logger));
            return new Opened(
                directoryLock, monitor, new EmbeddedLedger(ledger, _options.KeyWindow, _logger, monitor), new EmbeddedAirlineStore(disk));
        }
        catch (IOException exception)
        {
            directoryLock.Dispose();
            throw new StoreUnavailableException($"The data directory '{_directory}' cannot be read: {exception.Message}", exception);
        }
        catch (OutOfMemoryException exception)
        {
            directoryLock.Dispose();
            throw new StoreUnavailableException(
                $"The data directory '{_directory}' does not fit into the memory that the process may use, "
                + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes} bytes. Nothing was changed. Restart it with more memory.",
                exception);
        }
        catch (Exception)
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>The parts of an open store.</summary>
    private sealed record Opened(DirectoryLock Lock, DirectoryMonitor Monitor, EmbeddedLedger Ledger, IAirlineStore Airlines)
        : IAsyncDisposable
    {
        public ILedgerArchive Archive { get; } = new EmbeddedArchive(Ledger);

        public async ValueTask DisposeAsync()
        {
            Monitor.Dispose();
            await Ledger.DisposeAsync();
            Lock.Dispose();
        }
    }

    [LoggerMessage(
        EventIds.Recovered, LogLevel.Information,
        "Recovered the data directory {Directory}: {Keys} keys in the window, in {DurationMs} ms.")]
    private static partial void LogRecovered(ILogger logger, string directory, long keys, long durationMs);

    [LoggerMessage(EventIds.RecoveryWarning, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
