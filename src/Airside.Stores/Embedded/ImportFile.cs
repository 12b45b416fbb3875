using System.Text;
using Airside.Core;
using Airside.Core.Archives;
using Airside.Core.Transactions;

namespace Airside.Stores.Embedded;

/// <summary>What was imported, as it lies on the disk: read block by block, each checked.</summary>
internal static class ImportFile
{
    /// <summary>The id of what was imported, or null where nothing was.</summary>
    /// <exception cref="StoreDamagedException">The file is not what was written.</exception>
    public static byte[]? FindId(IDisk disk, IReadOnlyList<string> names)
    {
        if (!names.Contains(ImportFormat.FileName, StringComparer.Ordinal))
        {
            return null;
        }

        using var file = disk.OpenRead(ImportFormat.FileName);
        return ReadId(file, ImportFormat.FileName);
    }

    /// <summary>Reads the entries, block by block.</summary>
    /// <exception cref="StoreDamagedException">The file is not what was written; the message says where.</exception>
    public static IEnumerable<List<ArchiveEntry>> Read(IDisk disk, string name)
    {
        using var file = disk.OpenRead(name);
        ReadId(file, name);
        var offset = (long)ImportFormat.FileHeaderBytes;
        for (var number = 0L; ; number++)
        {
            var (block, entries) = Guard(name, offset, () => ReadBlock(file, offset, number));
            if (block.IsEnd)
            {
                yield break;
            }

            yield return entries;
            offset += ImportFormat.BlockHeaderBytes + block.EntriesBytes;
        }
    }

    /// <summary>Takes what was imported into keys and totals.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="name">The file.</param>
    /// <param name="keys">Receives the keys, or null where they are not wanted.</param>
    /// <param name="routes">Receives totals and hours, or null where they are not wanted.</param>
    /// <exception cref="StoreDamagedException">The file is not what was written, or its sums are wrong.</exception>
    public static void Load(IDisk disk, string name, KeyLoad? keys, RouteTable? routes)
    {
        var summaries = new Dictionary<FlightRoute, RouteSummary>();
        var hours = new Dictionary<FlightRoute, List<HourCount>>();
        foreach (var entry in Read(disk, name).SelectMany(entries => entries))
        {
            switch (entry)
            {
                case RouteEntry route:
                    summaries[route.Summary.Route] = route.Summary;
                    break;
                case HourEntry hour:
                    AddHour(hours, hour);
                    break;
                case KeyEntry key:
                    keys?.Add(
                        Encoding.UTF8.GetBytes(key.Key.ToString()),
                        key.Route.Packed,
                        key.Total,
                        key.RecordedAt.ToUnixTimeMilliseconds());
                    break;
            }
        }

        if (routes is not null)
        {
            Guard(name, 0, () => LoadRoutes(summaries, hours, routes));
        }
    }

    private static void AddHour(Dictionary<FlightRoute, List<HourCount>> hours, HourEntry hour)
    {
        if (!hours.TryGetValue(hour.Route, out var counts))
        {
            hours[hour.Route] = counts = [];
        }

        counts.Add(new HourCount(hour.Hour.ToUnixTimeSeconds() / 3600, hour.Transactions));
    }

    private static bool LoadRoutes(
        Dictionary<FlightRoute, RouteSummary> summaries, Dictionary<FlightRoute, List<HourCount>> hours, RouteTable routes)
    {
        foreach (var route in summaries.Keys.Concat(hours.Keys).Distinct())
        {
            var total = summaries.GetValueOrDefault(route)?.Total ?? 0;
            var counts = hours.GetValueOrDefault(route) ?? [];
            if (counts.Sum(hour => hour.Transactions) != total)
            {
                throw new InvalidDataException($"the hours of route {route} do not add up to its total {total}");
            }

            var summary = summaries[route];
            routes.GetOrAdd(route.Packed).Load(
                total, summary.FirstAt.ToUnixTimeMilliseconds(), summary.LastAt.ToUnixTimeMilliseconds(), counts.Order());
        }

        return true;
    }

    private static byte[] ReadId(IDiskFile file, string name) =>
        Guard(name, 0, () => ImportFormat.IdOf(ReadBytes(file, 0, ImportFormat.FileHeaderBytes)));

    private static (ImportBlock Block, List<ArchiveEntry> Entries) ReadBlock(IDiskFile file, long offset, long number)
    {
        var block = ImportFormat.ReadBlockHeader(ReadBytes(file, offset, ImportFormat.BlockHeaderBytes));
        var bytes = ReadBytes(file, offset + ImportFormat.BlockHeaderBytes, block.EntriesBytes);
        if (Crc32C.Of(bytes) != block.EntriesChecksum)
        {
            throw new InvalidDataException("the block does not match its checksum");
        }

        if (block.Number != number)
        {
            throw new InvalidDataException($"this is block {block.Number}, where {number} must follow");
        }

        return (block, ImportFormat.ReadEntries(bytes));
    }

    private static byte[] ReadBytes(IDiskFile file, long offset, int length)
    {
        var bytes = new byte[length];
        return file.Read(offset, bytes) == length ? bytes : throw new InvalidDataException("the file ends here");
    }

    private static T Guard<T>(string name, long offset, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(name, offset, exception);
        }
    }

    private static StoreDamagedException Damaged(string name, long offset, InvalidDataException fault) => new(
        $"What was imported is damaged: file '{name}', offset {offset}: {fault.Message}. Nothing was changed. Restore the data directory "
        + "from a backup, or import into an empty one again.",
        fault);
}
