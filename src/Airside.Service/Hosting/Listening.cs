using System.Net.Sockets;

namespace Airside.Service.Hosting;

internal static class Listening
{
    /// <summary>Starts the server and the background work.</summary>
    /// <exception cref="AddressUnavailableException">The server cannot listen on an address.</exception>
    public static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (
            exception is IOException or SocketException or InvalidOperationException or FormatException or ArgumentException)
        {
            // The server throws these types for an address that is in use, belongs to another machine or cannot be parsed.
            throw new AddressUnavailableException(exception);
        }
    }
}

/// <summary>The server cannot listen on an address of <c>urls</c>.</summary>
internal sealed class AddressUnavailableException(Exception innerException) : Exception(
    $"It cannot listen: {innerException.Message.TrimEnd('.')}. Choose another address with --urls, or stop the process that uses it.",
    innerException);
