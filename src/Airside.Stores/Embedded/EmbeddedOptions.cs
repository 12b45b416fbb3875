using Airside.Core;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded;

/// <summary>Options of the embedded store.</summary>
/// <param name="KeyWindow">Minimum time that keys are remembered.</param>
/// <param name="SegmentBytes">A journal segment is closed above this size.</param>
/// <param name="SnapshotBytes">A snapshot is created after at least this many bytes of journal.</param>
internal sealed record EmbeddedOptions(
    TimeSpan KeyWindow, int SegmentBytes = Limits.JournalSegmentBytes, long SnapshotBytes = Limits.SnapshotEveryBytes)
{
    /// <summary>Limit of the memory for keys, in bytes.</summary>
    public long KeyBytesMax { get; init; } = KeyArena.BytesMaxOf(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Most routes.</summary>
    public int RoutesMax { get; init; } = RouteTable.MaxOf(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Limit of the memory for days and ended hours of routes, in bytes.</summary>
    public long HistoryBytesMax { get; init; } =
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 100 * Limits.HistoryMemoryPercentMax;
}
