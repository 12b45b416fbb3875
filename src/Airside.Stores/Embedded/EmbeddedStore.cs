using System.Diagnostics;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Archives;
using Airside.Core.Transactions;
using Microsoft.Extensions.Logging;

namespace Airside.Stores.Embedded;

/// <summary>Both stores in one data directory of the local disk, for one process.</summary>
public sealed partial class EmbeddedStore : IStore
{
    private readonly string _directory;
    private readonly TimeSpan _keyWindow;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private Opened? _opened;

    /// <summary>Makes the store; nothing is read or locked before <see cref="OpenAsync"/>.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="keyWindow">How long keys are remembered at least.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told of recovery and of faults in the background.</param>
    public EmbeddedStore(string directory, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
    {
        _directory = Path.GetFullPath(directory);
        _keyWindow = keyWindow;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger => Now.Ledger;

    /// <inheritdoc/>
    public IAirlineStore Airlines => Now.Airlines;

    /// <inheritdoc/>
    public ILedgerArchive Archive => Now.Archive;

    /// <summary>Null: there is no way between the process and its directory that could be cut.</summary>
    public string? Outage => null;

    /// <summary>Null: the time is that of the process.</summary>
    public StoreClock? Clock => null;

    private Opened Now => _opened ?? throw new InvalidOperationException("The store is used before it was opened.");

    /// <summary>What the store takes at present, of the memory and of the disk. Looks at the directory, so ask seldom.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be read.</exception>
    public EmbeddedUsage Usage() => EmbeddedUsage.Of(_directory, Now.Ledger);

    /// <summary>Opens the store of the directory, which is made when it is missing, and recovers its state.</summary>
    /// <exception cref="StoreUnavailableException">
    /// Another process uses the directory, a later version wrote it, it cannot be made or read, or it needs more memory than there is.
    /// </exception>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="OpenAsync"/>
    public void Open() => _opened ??= Recover();

    /// <summary>Makes and opens a store.</summary>
    /// <inheritdoc cref="EmbeddedStore(string, TimeSpan, TimeProvider, ILogger)"/>
    public static EmbeddedStore Open(string directory, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
    {
        var store = new EmbeddedStore(directory, keyWindow, timeProvider, logger);
        store.Open();
        return store;
    }

    /// <summary>Does nothing: the files are upgraded as they are rewritten.</summary>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Finishes what was handed over, closes the journal and gives the directory back.</summary>
    public ValueTask DisposeAsync() => _opened?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Opened Recover()
    {
        try
        {
            DurableDirectory.Create(_directory, path => new FileSystemDisk(path).SyncDirectory());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The data directory '{_directory}' cannot be made: {exception.Message} Choose another with Airside:DataDirectory.",
                exception);
        }

        var directoryLock = DirectoryLock.Take(_directory);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var disk = new FileSystemDisk(_directory, mayWrite: directoryLock.IsHeld);
            var ledger = JournaledLedger.Open(disk, _timeProvider, new EmbeddedOptions(_keyWindow));
            foreach (var warning in ledger.Warnings)
            {
                LogWarning(_logger, warning);
            }

            LogRecovered(_logger, _directory, ledger.KeyCount, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var watch = new DirectoryWatch(
                _directory, directoryLock, new BackgroundWork("watch of the data directory", _timeProvider, _logger));
            return new Opened(
                directoryLock, watch, new EmbeddedLedger(ledger, _keyWindow, _logger, watch), new EmbeddedAirlineStore(disk));
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
                $"What the data directory '{_directory}' holds does not fit into the memory that the process may use, "
                + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes} bytes. Nothing was changed; start it with more memory.",
                exception);
        }
        catch (Exception)
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>What there is once the store is open.</summary>
    private sealed record Opened(DirectoryLock Lock, DirectoryWatch Watch, EmbeddedLedger Ledger, IAirlineStore Airlines) : IAsyncDisposable
    {
        public ILedgerArchive Archive { get; } = new EmbeddedArchive(Ledger);

        public async ValueTask DisposeAsync()
        {
            Watch.Dispose();
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
