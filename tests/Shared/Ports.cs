using System.Net;
using System.Net.Sockets;

namespace Airside.Testing;

internal static class Ports
{
    /// <summary>Returns a loopback port that was free a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something listens on a loopback port. Fails after a generous timeout.</summary>
    public static async Task UntilOpenAsync(int port)
    {
        for (var looks = 0; ; looks++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (looks < 600)
            {
                await Task.Delay(50);
            }
        }
    }
}
