using System.Net;
using System.Net.Sockets;

namespace Airside.Testing;

/// <summary>Ports of this machine.</summary>
internal static class Ports
{
    /// <summary>A port on loopback that nobody listened on a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until somebody listens on a port of loopback; fails after a generous time.</summary>
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
