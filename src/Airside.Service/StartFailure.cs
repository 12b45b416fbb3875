using Airside.Archives;
using Airside.Core;
using Airside.Service.Commands;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;

namespace Airside.Service;

/// <summary>
/// Why the process ended: one sentence for what an operator can fix, the stack trace for anything else, each with its exit code.
/// </summary>
internal static class StartFailure
{
    public static int ExitCodeOf(Exception exception) => exception switch
    {
        InvalidSettingsException or ArgumentsException or UndecidedNamesException => ExitCodes.InvalidSettings,
        StoreUnavailableException or StoreDamagedException => ExitCodes.StoreUnavailable,
        ArchiveFormatException or ArchiveFileException => ExitCodes.FileUnusable,
        OperationCanceledException => ExitCodes.Stopped,
        _ when IsOutOfMemory(exception) => ExitCodes.StoreUnavailable,
        OpenAddressException or AddressUnavailableException => ExitCodes.AddressUnavailable,
        _ => ExitCodes.UnexpectedError,
    };

    /// <summary>The message for an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="action">What failed: the end of "Airside cannot".</param>
    public static string MessageOf(Exception exception, string action) => ExitCodeOf(exception) switch
    {
        ExitCodes.UnexpectedError => $"Airside stopped on an unexpected error; please report it. {exception}",
        ExitCodes.Stopped => $"A signal stopped Airside before it could {action}. It is safe to run it again.",
        ExitCodes.StoreUnavailable when IsOutOfMemory(exception) =>
            $"Airside cannot {action}. Its data does not fit into the memory that the process may use, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes} bytes. Nothing acknowledged is lost; start it with more memory.",
        _ => $"Airside cannot {action}. {exception.Message}",
    };

    /// <summary>Memory can run out anywhere, also in a library that wraps the exception.</summary>
    private static bool IsOutOfMemory(Exception? exception) =>
        exception is OutOfMemoryException
        || (exception is not (null or StoreUnavailableException) && IsOutOfMemory(exception.InnerException));
}
