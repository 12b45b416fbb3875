using Airside.Core;

namespace Airside.Stores.Embedded;

/// <summary>
/// Looks twice a second whether the data directory can still be written and is still this process's own, so that readiness tells of it
/// before a transaction finds out.
/// </summary>
internal sealed class DirectoryWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StoreWatchMs);

    private readonly string _directory;
    private readonly DirectoryLock _lock;
    private readonly ITimer _timer;
    private volatile string? _lockFault;
    private volatile string? _fault;

    /// <summary>Begins to look.</summary>
    public DirectoryWatch(string directory, DirectoryLock directoryLock, BackgroundWork work)
    {
        _directory = directory;
        _lock = directoryLock;

        // Not by a clock that a test can stop: it looks at a disk that is really there.
        _timer = TimeProvider.System.CreateTimer(_ => work.Attempt(Look), null, Every, Every);
    }

    /// <summary>Why nothing may be recorded until a restart, or null: the directory is not this process's own any more.</summary>
    public string? LockFault => _lockFault;

    /// <summary>Why nothing can be recorded, or null.</summary>
    public string? Fault => _lockFault ?? _fault;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // What was removed once may be in another process's hands since, even if it is there again.
        _lockFault ??= _lock.Fault();
        _fault = Native.MayBeWritten(_directory, out var fault)
            ? null
            : $"{fault!.Message} Make the data directory writable (Airside:DataDirectory); writing is tried again with each request.";
    }
}
