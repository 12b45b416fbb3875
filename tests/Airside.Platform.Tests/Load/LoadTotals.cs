namespace Airside.Platform.Tests.Load;

/// <summary>The results of a <see cref="KeyedLoad"/>.</summary>
/// <param name="Transactions">Acknowledged keys.</param>
/// <param name="Repeats">Acknowledged keys that were sent again on purpose.</param>
/// <param name="Reads">Totals that were read.</param>
/// <param name="Failed">Requests without a response, or with one that is not 2xx.</param>
/// <param name="Lost">Acknowledged transactions missing from the final totals.</param>
/// <param name="Doubled">Transactions in the final totals beyond the acknowledged ones.</param>
/// <param name="Stale">Responses that lacked an acknowledged transaction or had one too many.</param>
/// <param name="Versions">The versions that responded.</param>
internal sealed record LoadTotals(
    long Transactions, long Repeats, long Reads, long Failed, long Lost, long Doubled, long Stale, IReadOnlyList<string> Versions)
{
    public long Requests => Transactions + Repeats + Reads;

    public string Row(string step) => FormattableString.Invariant(
        $"| {step} | {Transactions} | {Repeats} | {Reads} | {Failed} | {Lost} | {Doubled} | {Stale} |");

    public const string Head =
        "| step | transactions | repeats | reads | failed | lost | doubled | stale reads |\n|---|---:|---:|---:|---:|---:|---:|---:|";
}
