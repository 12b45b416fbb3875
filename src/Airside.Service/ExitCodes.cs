namespace Airside.Service;

/// <summary>What the process says when it ends. Documented in <c>docs/operate/exit-codes.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Ended in order.</summary>
    public const int Success = 0;

    /// <summary>Ended by a fault that nobody foresaw; the log has it.</summary>
    public const int Fault = 1;

    /// <summary>A setting or an argument is not valid; nothing was started.</summary>
    public const int InvalidSettings = 2;

    /// <summary>The store cannot be opened: in use by another process, damaged, not reachable, or larger than the memory.</summary>
    public const int StoreUnavailable = 3;

    /// <summary>The address cannot be listened on: taken, not there, or not allowed without keys.</summary>
    public const int AddressUnavailable = 4;

    /// <summary><c>reconcile</c> found a difference.</summary>
    public const int Difference = 1;

    /// <summary><c>verify</c> found that the service does not do what it is there for.</summary>
    public const int NotVerified = 1;

    /// <summary>The file of an export or import cannot be read or written, or is not an archive as it was written.</summary>
    public const int FileUnusable = 5;

    /// <summary>
    /// A fault came between the disk and the memory of the embedded store, which ends the process by itself, without coming back here.
    /// </summary>
    public const int LedgerEnded = 6;

    /// <summary>A command was stopped by a signal before it was done (128 + SIGINT, as shells count).</summary>
    public const int Stopped = 130;

    /// <summary>A second signal came while draining (128 + SIGINT, as shells count).</summary>
    public const int SecondSignal = 130;
}
