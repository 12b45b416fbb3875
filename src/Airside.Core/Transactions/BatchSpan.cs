using System.Diagnostics;

namespace Airside.Core.Transactions;

/// <summary>
/// The span of one batch. It belongs to the trace of the first recorded request that it serves and has links to the others, because a
/// span has one parent and a batch many causes.
/// </summary>
internal static class BatchSpan
{
    /// <summary>Begins the span, or gives null when no request of the batch is recorded.</summary>
    /// <param name="requests">The spans of the requests; null for one that is not recorded.</param>
    /// <param name="transactions">Transactions in the batch.</param>
    public static Activity? Start(IEnumerable<Activity?> requests, int transactions)
    {
        var recorded = requests.OfType<Activity>().Select(request => request.Context).Take(1 + Limits.BatchSpanLinksMax).ToArray();
        return recorded.Length == 0
            ? null
            : Traces.Source.StartActivity(
                "commit batch",
                ActivityKind.Internal,
                recorded[0],
                [new("airside.batch.transactions", transactions)],
                recorded.Skip(1).Select(request => new ActivityLink(request)));
    }
}
