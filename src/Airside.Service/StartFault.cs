using System.Net.Sockets;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service;

/// <summary>Faults that an operator can mend: told in a sentence and an exit code instead of a stack.</summary>
internal static class StartFault
{
    /// <summary>The exit code for an exception, or null when it is a fault of the program.</summary>
    public static int? ExitCodeOf(Exception exception) => exception switch
    {
        InvalidSettingsException or UnknownCommandException => ExitCodes.InvalidSettings,
        StoreUnavailableException or StoreDamagedException => ExitCodes.StoreUnavailable,
        OpenAddressException => ExitCodes.AddressUnavailable,
        IOException or SocketException or FormatException or InvalidOperationException when IsAddressFault(exception) =>
            ExitCodes.AddressUnavailable,
        _ => null,
    };

    /// <summary>What is said of it.</summary>
    public static string MessageOf(Exception exception) => $"Airside cannot start. {exception.Message}";

    private static bool IsAddressFault(Exception exception) =>
        exception is SocketException
        || exception.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException
        || exception.StackTrace?.Contains("AddressBinder", StringComparison.Ordinal) == true;
}
