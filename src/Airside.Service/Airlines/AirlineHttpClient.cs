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
    /// <param name="origins">What may be fetched.</param>
    /// <param name="resolve">Gives the addresses of a name; that of the machine unless a test has its own.</param>
    public static HttpClient Create(
        AllowedOrigins origins, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = (context, cancellationToken) =>
            ConnectAsync(
                origins,
                context.InitialRequestMessage.RequestUri!,
                context.DnsEndPoint,
                resolve ?? Dns.GetHostAddressesAsync,
                cancellationToken),
    })
    {
        Timeout = TimeSpan.FromMilliseconds(Limits.AirlineFetchTimeoutMs),
        DefaultRequestHeaders = { { "User-Agent", "Airside" } },
    };

    private static async ValueTask<Stream> ConnectAsync(
        AllowedOrigins origins, Uri url, DnsEndPoint endPoint,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(endPoint.Host, out var literal)
            ? [literal]
            : await resolve(endPoint.Host, cancellationToken);
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
