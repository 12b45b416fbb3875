using Airside.Core;

namespace Airside.Stores.Embedded.Disk;

/// <summary>
/// Checks twice a second whether the data directory is writable and still locked by this process, so readiness reports a fault before a
/// transaction fails.
/// </summary>
internal sealed class DirectoryMonitor : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StoreMonitorMs);

    private readonly string _directory;
    private readonly DirectoryLock _lock;
    private readonly ITimer _timer;
    private volatile string? _lockFault;
    private volatile string? _fault;

    /// <summary>Starts monitoring.</summary>
    public DirectoryMonitor(string directory, DirectoryLock directoryLock, BackgroundWork work)
    {
        _directory = directory;
        _lock = directoryLock;

        // Not on a clock that a test can stop, because it checks a real disk.
        _timer = TimeProvider.System.CreateTimer(_ => work.Attempt(Poll), null, Every, Every);
    }

    /// <summary>Why nothing may be recorded until a restart, or null: this process no longer has the directory to itself.</summary>
    public string? LockFault => _lockFault;

    /// <summary>Why nothing can be recorded, or null.</summary>
    public string? Fault => _lockFault ?? _fault;

    public void Dispose() => _timer.Dispose();

    private void Poll()
    {
        // Once removed, another process may use it, even if it exists again.
        _lockFault ??= _lock.Fault();
        _fault = Native.MayBeWritten(_directory, out var fault)
            ? null
            : $"{fault!.Message} Make the data directory writable (Airside:DataDirectory); each request retries the write.";
    }
}
