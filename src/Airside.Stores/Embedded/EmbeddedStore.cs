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
    private readonly DirectoryLock _lock;
    private readonly EmbeddedLedger _ledger;
    private readonly string _directory;

    private EmbeddedStore(string directory, DirectoryLock directoryLock, EmbeddedLedger ledger, IAirlineStore airlines)
    {
        _directory = directory;
        _lock = directoryLock;
        _ledger = ledger;
        Airlines = airlines;
        Archive = new EmbeddedArchive(ledger);
    }

    /// <inheritdoc/>
    public ITransactionLedger Ledger => _ledger;

    /// <inheritdoc/>
    public IAirlineStore Airlines { get; }

    /// <inheritdoc/>
    public ILedgerArchive Archive { get; }

    /// <summary>Null: there is no way between the process and its directory that could be cut.</summary>
    public string? Outage => null;

    /// <summary>What the store takes at present, of the memory and of the disk. Looks at the directory, so ask seldom.</summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public EmbeddedUsage Usage() => EmbeddedUsage.Of(_directory, _ledger);

    /// <summary>Nothing is left to do after <see cref="Open"/>.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does nothing: the files are upgraded as they are rewritten.</summary>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Opens the store of a directory, which is made when it is missing, and recovers its state.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="keyWindow">How long keys are remembered at least.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told of recovery and of faults in the background.</param>
    /// <exception cref="StoreUnavailableException">
    /// Another process uses the directory, a later version wrote it, or it cannot be made or read.
    /// </exception>
    /// <exception cref="StoreDamagedException">Durable bytes have changed or are missing.</exception>
    public static EmbeddedStore Open(string directory, TimeSpan keyWindow, TimeProvider timeProvider, ILogger logger)
    {
        directory = Path.GetFullPath(directory);
        try
        {
            DurableDirectory.Create(directory, path => new FileSystemDisk(path).SyncDirectory());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The data directory '{directory}' cannot be made: {exception.Message} Choose another with Airside:DataDirectory.",
                exception);
        }

        var directoryLock = DirectoryLock.Take(directory);
        try
        {
            var started = Stopwatch.GetTimestamp();
            var disk = new FileSystemDisk(directory, mayWrite: directoryLock.IsHeld);
            var ledger = JournaledLedger.Open(disk, timeProvider, new EmbeddedOptions(keyWindow));
            foreach (var warning in ledger.Warnings)
            {
                LogWarning(logger, warning);
            }

            LogRecovered(logger, directory, ledger.KeyCount, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return new EmbeddedStore(
                directory, directoryLock, new EmbeddedLedger(ledger, keyWindow, logger), new EmbeddedAirlineStore(disk));
        }
        catch (Exception exception)
        {
            directoryLock.Dispose();
            if (exception is IOException)
            {
                throw new StoreUnavailableException($"The data directory '{directory}' cannot be read: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <summary>Finishes what was handed over, closes the journal and gives the directory back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _lock.Dispose();
    }

    [LoggerMessage(
        EventIds.Recovered, LogLevel.Information,
        "Recovered the data directory {Directory}: {Keys} keys in the window, in {DurationMs} ms.")]
    private static partial void LogRecovered(ILogger logger, string directory, long keys, long durationMs);

    [LoggerMessage(EventIds.RecoveryWarning, LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
