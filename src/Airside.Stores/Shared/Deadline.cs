namespace Airside.Stores.Shared;

/// <summary>Limits how long an operation is waited for.</summary>
internal static class Deadline
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>Waits for an operation, and abandons it at the deadline: closing a connection that hangs can itself take long.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="time">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="lost">Ends the wait when it completes.</param>
    /// <exception cref="TimeoutException">The time is over, or the store was lost.</exception>
    public static async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> operation, TimeSpan time, CancellationToken cancellationToken, Task? lost = null)
    {
        var leaving = new CancellationTokenSource();
        var running = Task.Run(() => operation(leaving.Token), CancellationToken.None);
        try
        {
            await Task.WhenAny(running, lost ?? Never).WaitAsync(time, cancellationToken);
            return running.IsCompleted ? await running : throw new TimeoutException();
        }
        finally
        {
            // A client's part of a cancellation may throw when its connection breaks at the same moment. On the thread of a timer, where
            // the deadline of a token runs, that would end the process; here it is dropped.
            _ = running.IsCompleted ? Task.CompletedTask : leaving.CancelAsync();
        }
    }
}
