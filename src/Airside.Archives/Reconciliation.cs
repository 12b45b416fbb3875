using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>
/// Recomputes the totals of a ledger from its days, hours and keys. Everything is sorted by route first, so that memory does not grow with
/// the ledger.
/// </summary>
public static class Reconciliation
{
    /// <summary>Checks a ledger and returns its differences, by route.</summary>
    /// <param name="entries">The ledger, in any order.</param>
    /// <param name="keyWindow">How long keys are remembered.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="space">Where to sort the entries.</param>
    /// <param name="progress">Receives the number of entries read.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public static async IAsyncEnumerable<LedgerDifference> CheckAsync(
        IAsyncEnumerable<ArchiveEntry> entries,
        TimeSpan keyWindow,
        TimeProvider timeProvider,
        SortSpace space,
        IProgress<long>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var sort = new ExternalSort(space);
        var count = 0L;
        var oldestKeyAt = DateTimeOffset.MaxValue;
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            if (entry is KeyEntry key && key.RecordedAt < oldestKeyAt)
            {
                oldestKeyAt = key.RecordedAt;
            }

            sort.Add(new SortItem(OrderOf(entry), ArchiveLines.Encode(ArchiveLines.From(entry)), Origin: []));
            progress?.Report(++count);
        }

        // Read only now: a key that left the window while the ledger was read is rightly missing. So are older keys if the window was
        // lengthened, or if the ledger came from a store with a shorter one.
        var now = timeProvider.GetUtcNow();
        var windowStart = now - keyWindow;
        var keysSince = windowStart > oldestKeyAt ? windowStart : oldestKeyAt;
        var check = new RouteCheck(default, keysSince, now);
        foreach (var item in sort.Sorted())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = ArchiveLines.EntryOf(ArchiveLines.Parse(item.Line), areNamesPresent: false);
            if (RouteOf(entry) is var route && check.Route != route)
            {
                foreach (var difference in check.End())
                {
                    yield return difference;
                }

                check = new RouteCheck(route, keysSince, now);
            }

            if (check.Add(entry) is { } ofEntry)
            {
                yield return ofEntry;
            }
        }

        foreach (var difference in check.End())
        {
            yield return difference;
        }
    }

    private static FlightRoute RouteOf(ArchiveEntry entry) => entry switch
    {
        RouteEntry route => route.Summary.Route,
        DayEntry day => day.Route,
        HourEntry hour => hour.Route,
        KeyEntry key => key.Route,
        _ => default,
    };

    /// <summary>Orders by route: its total, then its days, then its hours, then its keys by their totals.</summary>
    private static byte[] OrderOf(ArchiveEntry entry)
    {
        var (kind, number) = entry switch
        {
            DayEntry day => (1, day.Day.ToUnixTimeMilliseconds()),
            HourEntry hour => (2, hour.Hour.ToUnixTimeMilliseconds()),
            KeyEntry key => (3, key.Total),
            _ => (0, 0L),
        };
        var order = new byte[17];
        BinaryPrimitives.WriteUInt64BigEndian(order, RouteOf(entry).Packed);
        order[8] = (byte)kind;
        ArchiveOrder.WriteSigned(order.AsSpan(9), number);
        return order;
    }
}

/// <summary>Two parts of a ledger that do not agree.</summary>
/// <param name="Route">The route.</param>
/// <param name="What">What was compared.</param>
/// <param name="Expected">The value according to the other part.</param>
/// <param name="Found">The actual value.</param>
public sealed record LedgerDifference(FlightRoute Route, string What, string Expected, string Found)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Route}: {What}: expected {Expected}, found {Found}";
}
