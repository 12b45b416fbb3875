using System.Diagnostics.Metrics;

namespace Airside.Service.Telemetry;

/// <summary>
/// The instruments that are collected, for both <c>/metrics</c> and OpenTelemetry: all of Airside's meters, and from other meters those
/// that are used. <c>docs/operate/metrics.md</c> lists them.
/// </summary>
internal static class Instruments
{
    /// <summary>Meters of which every instrument is collected; a star stands for the rest of a name.</summary>
    public static IReadOnlyList<string> Meters { get; } = ["Airside.*", "Npgsql"];

    /// <summary>Meters of which only <see cref="Named"/> are collected; a star stands for the rest of a name.</summary>
    public static IReadOnlyList<string> MetersInPart { get; } =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "AWSSDK.*"];

    /// <summary>The collected instruments of <see cref="MetersInPart"/>.</summary>
    public static IReadOnlyList<string> Named { get; } =
    [
        "http.server.request.duration", "kestrel.active_connections", "kestrel.connection.duration",
        "kestrel.rejected_connections", "kestrel.queued_requests", "http.client.request.duration", "client.call.duration",
        "client.call.errors", "client.call.attempt_duration", "dotnet.exceptions", "dotnet.gc.collections",
        "dotnet.gc.heap.total_allocated", "dotnet.gc.last_collection.heap.size", "dotnet.gc.last_collection.memory.committed_size",
        "dotnet.gc.pause.time", "dotnet.monitor.lock_contentions", "dotnet.process.cpu.time", "dotnet.process.memory.working_set",
        "dotnet.thread_pool.queue.length", "dotnet.thread_pool.thread.count",
    ];

    public static bool AreGathered(Instrument instrument) =>
        Contain(Meters, instrument.Meter.Name)
        || (Named.Contains(instrument.Name, StringComparer.Ordinal) && Contain(MetersInPart, instrument.Meter.Name));

    private static bool Contain(IReadOnlyList<string> meters, string name) => meters.Any(meter => meter.EndsWith('*')
        ? name.StartsWith(meter[..^1], StringComparison.Ordinal)
        : name == meter);
}
