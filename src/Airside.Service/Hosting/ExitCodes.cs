namespace Airside.Service.Hosting;

/// <summary>The exit codes of the process. <c>docs/operate/exit-codes.md</c> documents them.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped cleanly.</summary>
    public const int Success = 0;

    /// <summary>Stopped on an unexpected error; standard error shows it.</summary>
    public const int UnexpectedError = 1;

    /// <summary>A setting or an argument is invalid; nothing was started.</summary>
    public const int InvalidSettings = 2;

    /// <summary>The store cannot be opened: in use by another process, damaged, unreachable, or larger than the memory.</summary>
    public const int StoreUnavailable = 3;

    /// <summary>Cannot listen on the address: in use, not of this machine, or not allowed without keys.</summary>
    public const int AddressUnavailable = 4;

    /// <summary>The file of an export or import cannot be read or written, or is not an intact archive.</summary>
    public const int FileUnusable = 5;

    /// <summary>A failure between the disk and the memory of the embedded store; <c>ProcessEnd</c> ends the process itself.</summary>
    public const int LedgerEnded = 6;

    /// <summary><c>reconcile</c> found a difference.</summary>
    public const int Difference = 7;

    /// <summary><c>verify</c> found that the service does not respond as it should.</summary>
    public const int NotVerified = 8;

    /// <summary>A signal stopped a command before it was done (128 + SIGINT, as shells count).</summary>
    public const int Stopped = 130;

    /// <summary>A second signal arrived during the drain (128 + SIGINT, as shells count).</summary>
    public const int SecondSignal = 130;
}
