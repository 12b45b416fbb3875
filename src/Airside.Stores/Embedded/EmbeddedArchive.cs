using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Imports;

namespace Airside.Stores.Embedded;

/// <summary>Exports and imports the complete ledger of a data directory, on the journal's thread.</summary>
internal sealed class EmbeddedArchive(EmbeddedLedger ledger) : ILedgerArchive
{
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = await RunAsync(journaled => journaled.BeginReading(), cancellationToken);
        foreach (var (summary, days, hours) in reading.Counts)
        {
            yield return new RouteEntry(summary);
            foreach (var day in days.All())
            {
                yield return new DayEntry(summary.Route, day.Start, day.Transactions);
            }

            foreach (var hour in hours.All())
            {
                yield return new HourEntry(summary.Route, hour.Start, hour.Transactions);
            }
        }

        while (await RunAsync(_ => reading.NextKeys(), cancellationToken) is { } keys)
        {
            foreach (var key in keys)
            {
                yield return key;
            }
        }
    }

    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) =>
        RunAsync(journaled => journaled.BeginImport(BytesOf(id)), cancellationToken);

    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        RunAsync(
            journaled =>
            {
                journaled.Import(BytesOf(id), batch, entries);
                return true;
            },
            cancellationToken);

    public Task FinishImportAsync(string id, CancellationToken cancellationToken) =>
        RunAsync(
            journaled =>
            {
                journaled.FinishImport(BytesOf(id));
                return true;
            },
            cancellationToken);

    private async Task<T> RunAsync<T>(Func<JournaledLedger, T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.RunAsync(work, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new StoreUnavailableException($"The data directory cannot be read: {exception.Message}", exception);
        }
    }

    private static byte[] BytesOf(string id) => id.Length == 2 * ImportFormat.IdBytes && id.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(id)
        : throw new ArgumentException($"'{id}' is not a SHA-256 hash in hexadecimal.", nameof(id));
}
