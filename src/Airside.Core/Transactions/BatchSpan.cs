using System.Diagnostics;

namespace Airside.Core.Transactions;

/// <summary>
/// The span of one batch. It belongs to the trace of the first recorded request in the batch and links to the others, because a span has
/// one parent and a batch many causes.
/// </summary>
internal static class BatchSpan
{
    /// <summary>Starts the span of a batch that contains recorded requests, or returns null if no one listens any longer.</summary>
    /// <param name="requests">The spans of those requests, at least one.</param>
    /// <param name="transactions">Number of transactions in the batch.</param>
    public static Activity? Start(IReadOnlyList<Activity> requests, int transactions) => Traces.Source.StartActivity(
        "commit batch",
        ActivityKind.Internal,
        requests[0].Context,
        [new("airside.batch.transactions", transactions)],
        requests.Skip(1).Take(Limits.BatchSpanLinksMax).Select(request => new ActivityLink(request.Context)));
}
