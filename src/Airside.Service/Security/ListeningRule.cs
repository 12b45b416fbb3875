using System.Net;
using System.Text;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Airside.Service.Security;

/// <summary>Where the service listens, and its limits for connections.</summary>
internal static class ListeningRule
{
    public const string DefaultUrl = "http://localhost:5080";

    public static void AddListening(this WebApplicationBuilder builder, AirsideOptions options)
    {
        var configuration = builder.Configuration;
        string[] addressKeys = ["urls", "http_ports", "https_ports"];
        if (addressKeys.All(key => string.IsNullOrEmpty(configuration[key]))
            && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.Services.AddSingleton<SocketTransportFactory>();
        builder.Services.AddSingleton<BoundedListenerFactory>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => services.GetRequiredService<BoundedListenerFactory>());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The server itself would refuse bytes that are not UTF-8, without a word. As Latin-1 they reach RequestRules, which says why.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = Limits.RequestBodyBytesMax;
            kestrel.Limits.MaxConcurrentConnections = Limits.ConnectionsMax;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Limits.RequestHeadersTimeoutSeconds);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(Limits.KeepAliveTimeoutSeconds);
            kestrel.Limits.MaxRequestHeaderCount = Limits.RequestHeadersMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = Limits.RequestHeadersBytesMax;
            kestrel.Limits.MaxRequestLineSize = Limits.RequestLineBytesMax;
            kestrel.Limits.MinRequestBodyDataRate = SlowestRate();
            kestrel.Limits.MinResponseDataRate = SlowestRate();
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                EnsureLoopback(endpoint, options);
                endpoint.AcceptBodylessPosts();
            });
        });
    }

    /// <summary>A slower client is disconnected, so no one can hold a connection without using it.</summary>
    private static MinDataRate SlowestRate() =>
        new(Limits.BodyBytesPerSecondMin, TimeSpan.FromSeconds(Limits.BodyGraceSeconds));

    /// <summary>Checks every address before the server listens on it, whichever setting it came from.</summary>
    private static void EnsureLoopback(ListenOptions endpoint, AirsideOptions options)
    {
        if (options.Security.IsOpen || endpoint.IPEndPoint is not { } address || IPAddress.IsLoopback(address.Address))
        {
            return;
        }

        if (endpoint.ApplicationServices.GetRequiredService<CurrentKeys>().Ring.Keys.Count > 0)
        {
            return;
        }

        throw new OpenAddressException(
            $"The address {address} can be reached from other machines, and no API key is configured: anyone could record "
            + "transactions. There are three solutions: listen on loopback only (--urls http://localhost:5080); configure keys in "
            + $"{SecurityOptions.KeysSetting} or {SecurityOptions.KeysFileSetting} ('Airside.Service keys create' creates one); or, if "
            + "something else controls who can reach the service, set Airside:Security:Mode to 'Open' (currently 'Keys').");
    }
}

/// <summary>The service would listen on an address that others can reach, without any key to identify them.</summary>
internal sealed class OpenAddressException(string message) : Exception(message);
