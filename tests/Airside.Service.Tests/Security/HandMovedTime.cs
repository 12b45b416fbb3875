namespace Airside.Service.Tests.Security;

/// <summary>A clock with one timer, which goes off when the test says so.</summary>
internal sealed class HandMovedTime : TimeProvider
{
    private Action _callback = () => { };

    /// <summary>How often the timer would go off.</summary>
    public TimeSpan Period { get; private set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _callback = () => callback(state);
        Period = period;
        return new Silent();
    }

    /// <summary>Lets one period pass.</summary>
    public void Elapse() => _callback();

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
