using System.Diagnostics;

namespace Airside.Core.Transactions;

/// <summary>
/// The span of one batch. It belongs to the trace of the first recorded request that it serves and has links to the others, because a
/// span has one parent and a batch many causes.
/// </summary>
internal static class BatchSpan
{
    /// <summary>Begins the span, or gives null when no request of the batch is recorded.</summary>
    /// <param name="requests">The spans of the requests that are recorded.</param>
    /// <param name="transactions">Transactions in the batch.</param>
    public static Activity? Start(IReadOnlyList<Activity> requests, int transactions) => requests.Count == 0
        ? null
        : Traces.Source.StartActivity(
            "commit batch",
            ActivityKind.Internal,
            requests[0].Context,
            [new("airside.batch.transactions", transactions)],
            requests.Skip(1).Take(Limits.BatchSpanLinksMax).Select(request => new ActivityLink(request.Context)));
}
