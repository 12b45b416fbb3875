namespace Airside.Core;

/// <summary>
/// A value that takes long to read. It is read in the background, one reading at a time, shared by all who request it; while no one does,
/// nothing is read.
/// </summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="read">Reads the value; receives the previous one, or null, and may change and return it.</param>
/// <param name="what">The value in messages, such as "The hours of all routes", plural.</param>
/// <param name="pause">
/// How long after a failed reading the next one begins at the earliest. Until then, who needs a newer value gets the failure.
/// </param>
/// <param name="longestWait">How long a request waits for a reading, and the setting that says so.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="work">Counts and logs failed readings.</param>
public sealed class BackgroundReading<T>(
    Func<T?, CancellationToken, Task<T>> read,
    string what,
    TimeSpan pause,
    (TimeSpan Time, string Setting) longestWait,
    TimeProvider timeProvider,
    BackgroundWork work) : IAsyncDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _working = Task.CompletedTask;
    private Reading? _last;
    private Reading? _running;
    private Reading? _failed;
    private int _begun;

    /// <summary>Returns the value, and the moment at which its reading began.</summary>
    /// <param name="isDue">By a value and its age: whether the next reading is to begin, while this value is still returned.</param>
    /// <param name="isTooOld">By a value and its age: whether to wait for a reading that began later.</param>
    /// <param name="cancellationToken">Cancels the wait; the reading goes on.</param>
    /// <exception cref="StoreUnavailableException">
    /// The value is too old, and a reading failed or takes longer than a request waits.
    /// </exception>
    public async ValueTask<(T Value, DateTimeOffset AsOf)> GetAsync(
        Func<T, TimeSpan, bool> isDue, Func<T, TimeSpan, bool> isTooOld, CancellationToken cancellationToken)
    {
        var (requested, begunBefore) = (timeProvider.GetTimestamp(), Volatile.Read(ref _begun));
        while (true)
        {
            var reading = Find(last => isTooOld(last.Value!, AgeAt(requested, last)), last => isDue(last.Value!, AgeAt(requested, last)));
            var value = await WaitAsync(reading, requested, cancellationToken);

            // Only after it is known how large the value is: one that takes long may be older.
            if (reading.Number > begunBefore || !isTooOld(value, AgeAt(requested, reading)))
            {
                return (value, reading.AsOf);
            }
        }
    }

    /// <summary>Cancels a reading in progress and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task working;
        lock (_lock)
        {
            working = _working;
        }

        await working;
        _stopping.Dispose();
    }

    private TimeSpan AgeAt(long timestamp, Reading reading) => timeProvider.GetElapsedTime(reading.Begun, timestamp);

    /// <summary>Returns the last reading, or the one to wait for; begins it if there is none.</summary>
    private Reading Find(Func<Reading, bool> isTooOld, Func<Reading, bool> isDue)
    {
        lock (_lock)
        {
            var isPausing = _failed is not null && timeProvider.GetElapsedTime(_failed.Ended) < pause;
            if (_last is not null && !isTooOld(_last))
            {
                if (_running is null && !isPausing && isDue(_last))
                {
                    Begin();
                }

                return _last;
            }

            return _running ?? (isPausing ? _failed! : Begin());
        }
    }

    private Reading Begin()
    {
        var reading = new Reading(++_begun, timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
        _running = reading;
        _working = Task.Run(() => RunAsync(reading));
        return reading;
    }

    private async Task<T> WaitAsync(Reading reading, long requested, CancellationToken cancellationToken)
    {
        try
        {
            var left = longestWait.Time - timeProvider.GetElapsedTime(requested);
            return await reading.Completion.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException(
                $"{what} are being read, since {reading.AsOf:HH:mm:ss} UTC. Requests wait for that for "
                + $"{longestWait.Time.TotalMilliseconds} ms ({longestWait.Setting}). Try again in a few seconds.");
        }
    }

    private async Task RunAsync(Reading reading)
    {
        Exception? fault = null;
        try
        {
            reading.Value = await read(_last?.Value, _stopping.Token);
            work.Succeeded();
        }
        catch (Exception exception)
        {
            // Those who wait get it.
            fault = exception;
            if (!_stopping.IsCancellationRequested)
            {
                work.Failed(exception);
            }
        }

        lock (_lock)
        {
            reading.Ended = timeProvider.GetTimestamp();
            _running = null;
            (_last, _failed) = fault is null ? (reading, null) : (_last, reading);
        }

        if (fault is null)
        {
            reading.Completion.SetResult(reading.Value!);
        }
        else
        {
            reading.Completion.SetException(fault);

            // No one need wait for it.
            _ = reading.Completion.Task.Exception;
        }
    }

    /// <summary>One reading.</summary>
    /// <param name="Number">How many had begun with it.</param>
    /// <param name="Begun">Timestamp of its beginning.</param>
    /// <param name="AsOf">Time of its beginning.</param>
    private sealed record Reading(int Number, long Begun, DateTimeOffset AsOf)
    {
        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public T? Value { get; set; }

        /// <summary>Timestamp of its end.</summary>
        public long Ended { get; set; }
    }
}
