using System.Net;
using System.Net.Sockets;
using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Makes the client that fetches airline files.</summary>
internal static class AirlineHttpClient
{
    /// <summary>
    /// A client that follows no redirect by itself, uses no proxy, and connects only to addresses that were checked: it resolves
    /// the name once and connects to just those addresses, so that a name cannot change its meaning in between.
    /// </summary>
    public static HttpClient Create(AllowedOrigins origins) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(origins, context.InitialRequestMessage.RequestUri!, context.DnsEndPoint, cancellationToken),
    })
    {
        Timeout = TimeSpan.FromMilliseconds(Limits.AirlineFetchTimeoutMs),
        DefaultRequestHeaders = { { "User-Agent", "Airside" } },
    };

    private static async ValueTask<Stream> ConnectAsync(
        AllowedOrigins origins, Uri url, DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        foreach (var address in addresses)
        {
            origins.Demand(url, address);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
