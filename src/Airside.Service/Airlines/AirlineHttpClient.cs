using System.Net;
using System.Net.Sockets;
using Airside.Core;

namespace Airside.Service.Airlines;

/// <summary>Creates the client that fetches airline files.</summary>
internal static class AirlineHttpClient
{
    /// <summary>
    /// Creates a client that does not follow redirects, uses no proxy, and connects only to checked addresses. It resolves the name
    /// once and connects to exactly those addresses, so the name cannot resolve differently after the check.
    /// </summary>
    /// <param name="origins">The allowed origins.</param>
    /// <param name="resolve">Resolves a name to its addresses; defaults to the resolver of the machine. Tests supply their own.</param>
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
            origins.Ensure(url, address);
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
