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
        ActivityContext? parent = null;
        List<ActivityLink>? links = null;
        foreach (var request in requests)
        {
            if (request is null)
            {
                continue;
            }

            if (parent is null)
            {
                parent = request.Context;
            }
            else if (links is null || links.Count < Limits.BatchSpanLinksMax)
            {
                (links ??= []).Add(new ActivityLink(request.Context));
            }
        }

        return parent is null
            ? null
            : Traces.Source.StartActivity(
                "commit batch", ActivityKind.Internal, parent.Value, [new("airside.batch.transactions", transactions)], links);
    }
}
