using System.Net;
using Airside.Core;
using Airside.Service.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Airside.Service.Security;

/// <summary>Where the service listens, and how much a client may ask of it.</summary>
internal static class ListeningRule
{
    /// <summary>The address unless configured otherwise.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>Configures the server.</summary>
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
            kestrel.Limits.MaxRequestBodySize = Limits.RequestBodyBytesMax;
            kestrel.Limits.MaxConcurrentConnections = Limits.ConnectionsMax;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(Limits.RequestHeadersTimeoutSeconds);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(Limits.KeepAliveTimeoutSeconds);
            kestrel.Limits.MaxRequestHeaderCount = Limits.RequestHeadersMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = Limits.RequestHeadersBytesMax;
            kestrel.Limits.MaxRequestLineSize = Limits.RequestLineBytesMax;
            kestrel.Limits.MinRequestBodyDataRate = SlowestRate();
            kestrel.Limits.MinResponseDataRate = SlowestRate();
            kestrel.ConfigureEndpointDefaults(endpoint => DemandLoopback(endpoint, options));
        });
    }

    /// <summary>A client that sends or takes less is cut off, so that nobody can hold a connection for nothing.</summary>
    private static MinDataRate SlowestRate() =>
        new(Limits.BodyBytesPerSecondMin, TimeSpan.FromSeconds(Limits.BodyGraceSeconds));

    /// <summary>Every address passes here before it is listened on, whichever setting it came from.</summary>
    private static void DemandLoopback(ListenOptions endpoint, AirsideOptions options)
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
            + "transactions. There are three ways out: listen on loopback only (--urls http://localhost:5080); configure keys in "
            + $"{SecurityOptions.KeysSetting} or {SecurityOptions.KeysFileSetting} ('Airside.Service keys create' makes one); or, where "
            + "something else decides who reaches the service, set Airside:Security:Mode to 'Open' (now 'Keys').");
    }
}

/// <summary>The service would listen on an address that others can reach, without anything to tell them apart.</summary>
internal sealed class OpenAddressException(string message) : Exception(message);
