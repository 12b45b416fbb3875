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
}
