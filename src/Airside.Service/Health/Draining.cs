using Airside.Service.Configuration;

namespace Airside.Service.Health;

/// <summary>Sets up how the service stops.</summary>
internal static class Draining
{
    /// <summary>Replaces the usual reaction to signals, which is to stop at once.</summary>
    public static void AddDraining(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.Services.AddSingleton<DrainLifetime>();
        builder.Services.AddSingleton<IHostLifetime>(services => services.GetRequiredService<DrainLifetime>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainLifetime.FinishTimeout(options.Drain));
    }

    /// <summary>Asks clients to take another connection while the service drains, so that none is cut when it ends.</summary>
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
