using System.Diagnostics;

namespace Airside.Core.Transactions;

/// <summary>
/// The span of one batch. It belongs to the trace of the first recorded request that it serves and has links to the others, because a
/// span has one parent and a batch many causes.
/// </summary>
internal static class BatchSpan
{
    /// <summary>Begins the span of a batch that a recorded request is in, or gives null where nobody listens any longer.</summary>
    /// <param name="requests">The spans of the requests; null for one that is not recorded, as most are.</param>
    /// <param name="transactions">Transactions in the batch.</param>
    public static Activity? Start(IEnumerable<Activity?> requests, int transactions)
    {
        var recorded = requests.OfType<Activity>().Select(request => request.Context).Take(1 + Limits.BatchSpanLinksMax).ToArray();
        return Traces.Source.StartActivity(
            "commit batch",
            ActivityKind.Internal,
            recorded[0],
            [new("airside.batch.transactions", transactions)],
            recorded.Skip(1).Select(request => new ActivityLink(request)));
    }
}
