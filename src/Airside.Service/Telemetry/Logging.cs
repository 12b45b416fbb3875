using Airside.Service.Configuration;
using Airside.Service.Security;

namespace Airside.Service.Telemetry;

/// <summary>Sets up the log: JSON lines with trace ids for machines, short lines for people who develop.</summary>
internal static class Logging
{
    /// <summary>Configures the log.</summary>
    public static void AddLogging(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(options.LogLevel);

        // One line per request and more would cost more than the request; metrics count requests instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore", Later(LogLevel.Warning, options.LogLevel));
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", Later(LogLevel.Information, options.LogLevel));

        // What was changed and by whom must not depend on how much else is logged.
        var isSilent = options.LogLevel == LogLevel.None;
        builder.Logging.AddFilter(AuditLog.Category, isSilent ? LogLevel.None : LogLevel.Information);

        // The host would open a logging scope around each request. What is logged gets its trace id from the activity instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.Configure(factory => factory.ActivityTrackingOptions =
            ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        }
        else
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
    }

    /// <summary>A filter of a category goes before the level of all, so that it must not let through what the level keeps out.</summary>
    private static LogLevel Later(LogLevel ofCategory, LogLevel ofAll) => ofAll > ofCategory ? ofAll : ofCategory;
}
