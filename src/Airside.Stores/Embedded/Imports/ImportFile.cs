using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Embedded.Imports;

/// <summary>Reads imported data from the disk, block by block, and checks each block.</summary>
internal static class ImportFile
{
    /// <summary>Returns the id of the import, or null if nothing was imported.</summary>
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

    /// <summary>Reduces the file to its id once snapshots have its totals and its keys have left the window.</summary>
    /// <exception cref="StoreDamagedException">The file is not what was written.</exception>
    /// <exception cref="IOException">The disk refused; the file is unchanged.</exception>
    public static void ReduceToId(IDisk disk, IReadOnlyList<string> names)
    {
        if (FindId(disk, names) is not { } id)
        {
            return;
        }

        byte[] reduced = [.. ImportFormat.FileHeader(id), .. ImportFormat.End(batches: 0)];
        if (LengthOf(disk, ImportFormat.FileName) > reduced.Length)
        {
            disk.ReplaceFile(ImportFormat.FileName, reduced);
        }
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

    /// <summary>Loads the imported data into keys and totals.</summary>
    /// <param name="disk">The data directory.</param>
    /// <param name="name">The file.</param>
    /// <param name="keys">Receives the keys, or null if they are not needed.</param>
    /// <param name="routes">Receives totals, days and hours, or null if they are not needed.</param>
    /// <exception cref="StoreDamagedException">The file is not what was written, or its sums are wrong.</exception>
    public static void Load(IDisk disk, string name, KeyLoad? keys, RouteTable? routes)
    {
        var summaries = new Dictionary<FlightRoute, RouteSummary>();
        var (days, hours) = (new ImportedCounts(), new ImportedCounts());
        foreach (var entry in Read(disk, name).SelectMany(entries => entries))
        {
            switch (entry)
            {
                case RouteEntry route:
                    summaries[route.Summary.Route] = route.Summary;
                    break;
                case DayEntry day:
                    days.Add(day.Route, day.Day, day.Transactions);
                    break;
                case HourEntry hour:
                    hours.Add(hour.Route, hour.Hour, hour.Transactions);
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

        keys?.End();
        if (routes is not null)
        {
            Guard(name, 0, () => LoadRoutes(summaries, days, hours, routes));
        }
    }

    private static long LengthOf(IDisk disk, string name)
    {
        using var file = disk.OpenRead(name);
        return file.Length;
    }

    private static bool LoadRoutes(
        Dictionary<FlightRoute, RouteSummary> summaries, ImportedCounts days, ImportedCounts hours, RouteTable routes)
    {
        foreach (var route in summaries.Keys.Concat(days.Routes).Concat(hours.Routes).Distinct())
        {
            var total = summaries.GetValueOrDefault(route)?.Total ?? 0;
            var ((packedDays, daySum), (packedHours, hourSum)) = (days.Of(route), hours.Of(route));
            if (daySum + hourSum != total)
            {
                throw new InvalidDataException($"the days and hours of route {route} do not add up to its total {total}");
            }

            var summary = summaries[route];
            routes.GetOrAdd(route.Packed).Load(
                total, summary.FirstAt.ToUnixTimeMilliseconds(), summary.LastAt.ToUnixTimeMilliseconds(), packedDays, packedHours);
        }

        return true;
    }

    private static byte[] ReadId(IDiskFile file, string name) =>
        Guard(name, 0, () => ImportFormat.IdOf(ReadBytes(file, 0, ImportFormat.FileHeaderBytes)));

    private static (ImportBlock Block, List<ArchiveEntry> Entries) ReadBlock(IDiskFile file, long offset, long number)
    {
        var block = ImportFormat.ReadBlockHeader(ReadBytes(file, offset, ImportFormat.BlockHeaderBytes));
        var bytes = ReadBytes(file, offset + ImportFormat.BlockHeaderBytes, block.EntriesBytes);
        if (Crc32C.Compute(bytes) != block.EntriesChecksum)
        {
            throw new InvalidDataException("the block does not match its checksum");
        }

        if (block.Number != number)
        {
            throw new InvalidDataException($"this is block {block.Number}; expected {number}");
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
        $"The imported data is damaged: file '{name}', offset {offset}: {fault.Message}. Nothing was changed. Restore the data directory "
        + "from a backup, or import into an empty one again.",
        fault);
}
