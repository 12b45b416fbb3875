using System.Security.Cryptography;
using System.Text;
using Airside.Archives;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Tests.Archives;

/// <summary>Ledgers to archive, and archives to read.</summary>
internal static class SampleLedger
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] KeyStarts = ["k", "Ключ ", "東京 ", "\U0001F6EB", "\uE000", "'\"\\/<&>'\u2028", " "];

    public static AirlineCatalog Catalog { get; } = new(
        [
            new Airline(-1, "Unknown", null, "-", "N/A", null, null, active: true),
            new Airline(2, "A \"✈\" 航空", "", "AR", "ARG", "A\\\n", "\U0001F6EB", active: false),
        ],
        "https://example.org/airlines.dat",
        Noon.AddMilliseconds(123));

    /// <summary>Returns a consistent ledger in random order.</summary>
    public static List<ArchiveEntry> Entries(Random random, int transactions)
    {
        var ledger = new List<ArchiveEntry>();
        var recorded = Enumerable.Range(0, transactions)
            .Select(number => (Number: number, Route: FlightRoute.Parse($"AR{random.Next(1, 6)}"), At: Noon.AddMinutes(random.Next(600))))
            .ToArray();
        foreach (var route in recorded.GroupBy(transaction => transaction.Route))
        {
            ledger.Add(new RouteEntry(new RouteSummary(
                route.Key, route.Count(), route.Min(transaction => transaction.At), route.Max(transaction => transaction.At))));
            ledger.AddRange(route.GroupBy(transaction => transaction.At.AddMinutes(-transaction.At.Minute))
                .Select(hour => new HourEntry(route.Key, hour.Key, hour.Count())));
            ledger.AddRange(route.OrderBy(transaction => transaction.At).Select((transaction, index) => new KeyEntry(
                TransactionKey.Parse(KeyStarts[random.Next(KeyStarts.Length)] + transaction.Number),
                route.Key,
                index + 1,
                transaction.At)));
        }

        var shuffled = ledger.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    public static async Task<(byte[] Bytes, ArchiveSummary Summary)> WriteAsync(
        IEnumerable<ArchiveEntry> entries, AirlineCatalog? catalog, SortSpace? space = null)
    {
        using var output = new MemoryStream();
        var summary = await ArchiveWriter.WriteAsync(
            output, catalog, entries.ToAsyncEnumerable(), new NameConversion(), space ?? new SortSpace(Path.GetTempPath()), null,
            CancellationToken.None);
        return (output.ToArray(), summary);
    }

    public static async Task<(List<ArchiveEntry> Entries, ArchiveReader Reader)> ReadAsync(byte[] archive)
    {
        var reader = new ArchiveReader(new MemoryStream(archive));
        var entries = new List<ArchiveEntry>();
        await foreach (var entry in reader.ReadAsync(CancellationToken.None))
        {
            entries.Add(entry);
        }

        return (entries, reader);
    }

    /// <summary>Joins lines and appends a valid last line, as someone would after changing them on purpose.</summary>
    public static byte[] Sealed(string counts, params IEnumerable<string> lines)
    {
        var text = string.Concat(lines.Select(line => line + "\n"));
        var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return Encoding.UTF8.GetBytes($$"""{{text}}{"end":{{counts}},"sha256":"{{checksum}}"}""" + "\n");
    }
}
