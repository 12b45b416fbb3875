using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Security;

namespace Airside.Service.Telemetry;

/// <summary>
/// The instruments that are gathered, for <c>/metrics</c> as for OpenTelemetry: all of Airside's meters, and of the others what somebody
/// reads. <c>docs/operate/metrics.md</c> lists them.
/// </summary>
internal static class Instruments
{
    /// <summary>Meters of which all is gathered.</summary>
    public static IReadOnlyList<string> Meters { get; } =
    [
        GroupCommitMetrics.MeterName, SecurityMetrics.MeterName, CatalogMetrics.MeterName, StateMetrics.MeterName,
        BackgroundWork.MeterName, "Npgsql",
    ];

    /// <summary>Meters of which only <see cref="Named"/> are gathered; a star stands for the rest of a name.</summary>
    public static IReadOnlyList<string> MetersInPart { get; } =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", AwsSdk + "*"];

    /// <summary>Their instruments.</summary>
    public static IReadOnlyList<string> Named { get; } =
    [
        "http.server.request.duration", "kestrel.active_connections", "kestrel.connection.duration",
        "kestrel.rejected_connections", "kestrel.queued_requests", "http.client.request.duration", "client.call.duration",
        "client.call.errors", "client.call.attempt_duration", "dotnet.exceptions", "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated", "dotnet.gc.last_collection.heap.size", "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.gc.pause.time", "dotnet.monitor.lock_contentions", "dotnet.process.cpu.time", "dotnet.process.memory.working_set",
        "dotnet.thread_pool.queue.length", "dotnet.thread_pool.thread.count",
    ];

    private const string AwsSdk = "AWSSDK.";

    /// <summary>Whether an instrument is gathered.</summary>
    public static bool AreGathered(Instrument instrument) =>
        Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal)
        || (Named.Contains(instrument.Name, StringComparer.Ordinal)
            && (MetersInPart.Contains(instrument.Meter.Name, StringComparer.Ordinal)
                || instrument.Meter.Name.StartsWith(AwsSdk, StringComparison.Ordinal)));
}
