using System.Security.Authentication;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Airside.Service.Security;

/// <summary>TLS of the service itself, and the proxies trusted to describe a client's connection.</summary>
internal static class Encryption
{
    private static readonly TimeSpan StrictTransportAge = TimeSpan.FromDays(365);

    /// <summary>Adds the certificate and the headers of trusted proxies.</summary>
    public static void AddEncryption(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (options.Tls is { } files)
        {
            builder.Services.AddSingleton(files);
            builder.Services.AddSingleton<CurrentCertificate>();
            builder.Services.Configure<KestrelServerOptions>(UseCertificate);
            builder.Services.AddHsts(hsts => hsts.MaxAge = StrictTransportAge);
            builder.Services.AddHttpsRedirection(redirection => redirection.RedirectStatusCode = StatusCodes.Status308PermanentRedirect);
        }

        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            options.Security.TrustedProxies.ToList().ForEach(forwarded.KnownIPNetworks.Add);
        });
    }

    /// <summary>
    /// Applies the headers of trusted proxies and the path prefix, asks browsers to use only TLS, and redirects plain requests to it.
    /// </summary>
    public static void UseEncryption(this WebApplication app, AirsideOptions options)
    {
        if (options.Security.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        if (options.Security.TrustedProxies.Count > 0 || options.PathBase.Length > 0)
        {
            app.UsePathPrefix(options.PathBase);
        }

        if (options.Tls is null)
        {
            return;
        }

        // Read now, so an unreadable certificate stops the start.
        _ = app.Services.GetRequiredService<CurrentCertificate>();
        app.UseHsts();
        app.UseWhen(context => !IsProbe(context), plain => plain.UseHttpsRedirection());
    }

    /// <summary>Probes come from the machine itself, often without a name in the certificate.</summary>
    private static bool IsProbe(HttpContext context) => context.Request.Path.Value is "/healthz" or "/readyz";

    private static void UseCertificate(KestrelServerOptions kestrel)
    {
        kestrel.ConfigureHttpsDefaults(https =>
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<CurrentCertificate>();
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => certificate.Context.TargetCertificate;
            https.OnAuthenticate = (_, tls) =>
            {
                // Sends the entire chain, which the selector alone would not.
                tls.ServerCertificateSelectionCallback = null;
                tls.ServerCertificateContext = certificate.Context;
            };
        });
    }
}
