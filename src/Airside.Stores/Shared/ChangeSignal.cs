namespace Airside.Stores.Shared;

/// <summary>A value that one loop sets and others wait to see change.</summary>
internal sealed class ChangeSignal<T>(T initial)
    where T : notnull
{
    private readonly Lock _changing = new();
    private T _value = initial;
    private TaskCompletionSource _changed = NewSignal();

    public T Value
    {
        get
        {
            lock (_changing)
            {
                return _value;
            }
        }
    }

    /// <summary>Sets the value unless the current one supersedes it, and returns the current one.</summary>
    public T Set(T value, Func<T, bool>? isSuperseded = null)
    {
        TaskCompletionSource changed;
        lock (_changing)
        {
            if (isSuperseded?.Invoke(_value) == true || EqualityComparer<T>.Default.Equals(value, _value))
            {
                return _value;
            }

            _value = value;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
        return value;
    }

    /// <summary>Waits for a value that meets a condition, and returns it.</summary>
    public async Task<T> NextAsync(Func<T, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_changing)
            {
                if (condition(_value))
                {
                    return _value;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
