using Airside.Core;

namespace Airside.Service.Commands;

/// <summary>Reports the progress of a command, at most once a second.</summary>
internal sealed class ProgressLines(TextWriter messages, TimeProvider timeProvider, string done) : IProgress<long>
{
    private long _shownAt = timeProvider.GetTimestamp();

    public void Report(long value)
    {
        if (timeProvider.GetElapsedTime(_shownAt).TotalMilliseconds >= Limits.ProgressEveryMs)
        {
            _shownAt = timeProvider.GetTimestamp();
            messages.WriteLine($"{value} entries {done}");
        }
    }
}
