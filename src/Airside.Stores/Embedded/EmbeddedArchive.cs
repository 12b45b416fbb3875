using System.Runtime.CompilerServices;
using Airside.Core;
using Airside.Core.Archives;

namespace Airside.Stores.Embedded;

/// <summary>The ledger of a data directory as a whole. All of it runs on the thread of the journal.</summary>
internal sealed class EmbeddedArchive(EmbeddedLedger ledger) : ILedgerArchive
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<ArchiveEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = await RunAsync(journaled => journaled.BeginReading(), cancellationToken);
        foreach (var (summary, hours) in reading.Counts)
        {
            yield return new RouteEntry(summary);
            foreach (var hour in hours)
            {
                yield return new HourEntry(
                    summary.Route, DateTimeOffset.FromUnixTimeSeconds(hour.Hour * 3600), hour.Transactions);
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

    /// <inheritdoc/>
    public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) =>
        RunAsync(journaled => journaled.BeginImport(BytesOf(id)), cancellationToken);

    /// <inheritdoc/>
    public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> entries, CancellationToken cancellationToken) =>
        RunAsync(
            journaled =>
            {
                journaled.Import(BytesOf(id), batch, entries);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
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
        : throw new ArgumentException($"'{id}' is not a SHA-256 in hexadecimal digits.", nameof(id));
}
