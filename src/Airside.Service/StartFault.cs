using System.Net.Sockets;
using Airside.Core;
using Airside.Core.Archives;
using Airside.Service.Commands;
using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service;

/// <summary>
/// Why the process ended: faults that an operator can mend in a sentence, any other with its stack, each with its exit code.
/// </summary>
internal static class StartFault
{
    /// <summary>The exit code for an exception.</summary>
    public static int ExitCodeOf(Exception exception) => exception switch
    {
        InvalidSettingsException or CommandLineException => ExitCodes.InvalidSettings,
        StoreUnavailableException or StoreDamagedException => ExitCodes.StoreUnavailable,
        ArchiveFormatException or ArchiveFileException => ExitCodes.FileUnusable,
        OperationCanceledException => ExitCodes.Stopped,
        OpenAddressException => ExitCodes.AddressUnavailable,
        _ when IsMemoryFault(exception) => ExitCodes.StoreUnavailable,
        _ when IsAddressFault(exception) => ExitCodes.AddressUnavailable,
        _ => ExitCodes.Fault,
    };

    /// <summary>What is said of it.</summary>
    /// <param name="exception">The fault.</param>
    /// <param name="action">What could not be done.</param>
    public static string MessageOf(Exception exception, string action) => ExitCodeOf(exception) switch
    {
        ExitCodes.Fault => $"Airside was ended by a fault that nobody foresaw; please report it. {exception}",
        ExitCodes.Stopped => $"Airside was stopped by a signal before {action} was done. It is safe to run it again.",
        ExitCodes.StoreUnavailable when IsMemoryFault(exception) =>
            $"Airside cannot {action}. What it holds does not fit into the memory that the process may use, "
            + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes} bytes. Nothing acknowledged is lost; start it with more memory.",
        _ => $"Airside cannot {action}. {exception.Message}",
    };

    /// <summary>The memory may run out anywhere, also within code of others, which wraps it.</summary>
    private static bool IsMemoryFault(Exception? exception) =>
        exception is OutOfMemoryException
        || (exception is not (null or StoreUnavailableException) && IsMemoryFault(exception.InnerException));

    private static bool IsAddressFault(Exception exception) =>
        exception is SocketException
        || exception.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException
        || exception.StackTrace?.Contains("AddressBinder", StringComparison.Ordinal) == true;
}
