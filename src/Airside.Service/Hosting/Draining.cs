using Airside.Service.Configuration;

namespace Airside.Service.Hosting;

/// <summary>Configures how the service stops.</summary>
internal static class Draining
{
    /// <summary>Replaces the default signal handling, which stops immediately.</summary>
    public static void AddDraining(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.Services.AddSingleton<DrainLifetime>();
        builder.Services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<DrainLifetime>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainLifetime.FinishTimeout(options.Drain));
    }

    /// <summary>Asks clients to open another connection while the service drains, so no connection is cut when it stops.</summary>
    public static void UseDraining(this WebApplication app)
    {
        var lifetime = app.Services.GetRequiredService<DrainLifetime>();
        app.Use((context, next) =>
        {
            if (lifetime.IsDraining)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
