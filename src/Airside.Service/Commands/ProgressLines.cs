using Airside.Core;

namespace Airside.Service.Commands;

/// <summary>Says how far a command is, at most once a second, so that a log is not flooded.</summary>
/// <param name="messages">Receives the lines.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="done">What was done with so many entries.</param>
internal sealed class ProgressLines(TextWriter messages, TimeProvider timeProvider, string done) : IProgress<long>
{
    private long _shownAt = timeProvider.GetTimestamp();

    /// <inheritdoc/>
    public void Report(long value)
    {
        if (timeProvider.GetElapsedTime(_shownAt).TotalMilliseconds >= Limits.ProgressEveryMs)
        {
            _shownAt = timeProvider.GetTimestamp();
            messages.WriteLine($"{value} entries {done}");
        }
    }
}
