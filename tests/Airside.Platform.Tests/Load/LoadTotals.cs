namespace Airside.Platform.Tests.Load;

/// <summary>What became of the requests of <see cref="KeyedLoad"/>.</summary>
/// <param name="Transactions">Keys that were acknowledged.</param>
/// <param name="Repeats">Acknowledged keys that were sent once more on purpose.</param>
/// <param name="Reads">Totals that were read.</param>
/// <param name="Failed">Requests that got no answer, or one that is not 2xx.</param>
/// <param name="Lost">Acknowledged transactions that the totals lack in the end.</param>
/// <param name="Doubled">Transactions that the totals hold beyond the acknowledged ones.</param>
/// <param name="Stale">Reads that lacked a transaction acknowledged before, or held one too many.</param>
/// <param name="Versions">The versions that answered.</param>
internal sealed record LoadTotals(
    long Transactions, long Repeats, long Reads, long Failed, long Lost, long Doubled, long Stale, IReadOnlyList<string> Versions)
{
    public long Requests => Transactions + Repeats + Reads;

    /// <summary>A row of a report.</summary>
    public string Row(string step) => FormattableString.Invariant(
        $"| {step} | {Transactions} | {Repeats} | {Reads} | {Failed} | {Lost} | {Doubled} | {Stale} |");

    /// <summary>The head of a report.</summary>
    public const string Head =
        "| step | transactions | repeats | reads | failed | lost | doubled | stale reads |\n|---|---:|---:|---:|---:|---:|---:|---:|";
}
