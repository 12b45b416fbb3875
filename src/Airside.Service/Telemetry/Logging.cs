using Airside.Service.Configuration;

namespace Airside.Service.Telemetry;

/// <summary>Configures the log: JSON lines with trace ids for machines, short lines for development.</summary>
internal static class Logging
{
    public static void AddLogging(this WebApplicationBuilder builder, AirsideOptions options)
    {
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(options.LogLevel);

        // One line per request and more would cost more than the request; metrics count requests instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore", Later(LogLevel.Warning, options.LogLevel));
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", Later(LogLevel.Information, options.LogLevel));

        // The audit log must not depend on how much else is logged.
        var isSilent = options.LogLevel == LogLevel.None;
        builder.Logging.AddFilter(AuditLog.Category, isSilent ? LogLevel.None : LogLevel.Information);

        // The host would open a logging scope for each request. Messages get their trace id from the activity instead.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A failed start is reported once, on standard error.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Later(LogLevel.Critical, options.LogLevel));
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

    /// <summary>Returns the stricter level: a category's filter overrides the general level, so it must not be lower.</summary>
    private static LogLevel Later(LogLevel ofCategory, LogLevel ofAll) => ofAll > ofCategory ? ofAll : ofCategory;
}
