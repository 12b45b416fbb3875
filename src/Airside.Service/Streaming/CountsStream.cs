using System.Text.Json;
using Airside.Core;
using Airside.Service.Hosting;

namespace Airside.Service.Streaming;

/// <summary>
/// The single producer of the stream for all viewers. It runs while there is a viewer, creates each event once, and never waits for a
/// viewer: each one takes the newest frame when it is ready.
/// </summary>
internal sealed class CountsStream(
    LiveCounts counts, DrainLifetime drain, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<CountsStream> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StreamEveryMs);

    private readonly BackgroundWork _reading = new("stream updates", timeProvider, logger);
    private readonly Lock _lock = new();
    private int _viewers;
    private bool _isRunning;
    private volatile StreamFrame _latest = new("", default);

    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Number of frames created; it does not depend on the number of viewers.</summary>
    public long Frames { get; private set; }

    /// <summary>Whether the service is stopping, so streams end and no new ones start.</summary>
    public bool IsEnding => drain.IsDraining || application.ApplicationStopping.IsCancellationRequested;

    /// <summary>The newest frame; empty before the first one.</summary>
    public StreamFrame Latest => _latest;

    /// <summary>Admits a viewer unless there are too many. An admitted viewer must call <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_viewers >= Limits.StreamViewersMax)
            {
                return false;
            }

            _viewers++;
            if (!_isRunning)
            {
                _isRunning = true;

                // The last frame of an earlier viewer may be old.
                _latest = new StreamFrame("", default);
                _ = Task.Run(ProduceAsync);
            }

            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _viewers--;
        }
    }

    private async Task ProduceAsync()
    {
        using var stopping = application.ApplicationStopping.Register(() => _latest.Replace());
        var previous = CountsWithoutTime.None;
        var published = timeProvider.GetTimestamp();
        while (GoesOn())
        {
            var wait = Every;
            try
            {
                var now = await counts.ReadAsync(application.ApplicationStopping);
                _reading.Succeeded();
                wait = now.KeepFor > Every ? now.KeepFor : Every;
                if (CountsWithoutTime.From(now) is var current && current != previous)
                {
                    previous = current;
                    Publish(StreamFrame.Event(
                        "counts", IdOf(timeProvider.GetUtcNow()), JsonSerializer.SerializeToUtf8Bytes(now, StreamJson.Default.CountsNow)));
                    published = timeProvider.GetTimestamp();
                }
            }
            catch (OperationCanceledException) when (IsEnding)
            {
                continue;
            }
            catch (Exception exception)
            {
                // Report any failure to the viewers; the next round tries again.
                _reading.Failed(exception);
                previous = CountsWithoutTime.None;
                Publish(Unavailable(exception));
                published = timeProvider.GetTimestamp();
            }

            if (timeProvider.GetElapsedTime(published).TotalMilliseconds >= Limits.StreamSilenceMsMax)
            {
                Publish(StreamFrame.Comment(_latest.Id));
                published = timeProvider.GetTimestamp();
            }

            await WaitAsync(wait);
        }
    }

    /// <summary>Stops the producer when no viewer is left. Takes the lock, so the next viewer knows whether to start another one.</summary>
    private bool GoesOn()
    {
        lock (_lock)
        {
            _isRunning = _viewers > 0 && !IsEnding;
            if (!_isRunning)
            {
                _latest.Replace();
            }

            return _isRunning;
        }
    }

    /// <summary>Waits in small steps, to notice soon that the service stops or the last viewer leaves.</summary>
    private async Task WaitAsync(TimeSpan wait)
    {
        for (var left = wait; left > TimeSpan.Zero && Viewers > 0 && !IsEnding; left -= Every)
        {
            await Task.Delay(left < Every ? left : Every, timeProvider, application.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Publish(StreamFrame frame)
    {
        Frames++;
        var replaced = _latest;
        _latest = frame;
        replaced.Replace();
    }

    private StreamFrame Unavailable(Exception exception)
    {
        var cause = exception is StoreUnavailableException ? exception.Message : "The counts cannot be read.";
        return StreamFrame.Event(
            "unavailable",
            IdOf(timeProvider.GetUtcNow()),
            JsonSerializer.SerializeToUtf8Bytes(new StreamUnavailable(cause), StreamJson.Default.StreamUnavailable));
    }

    private static string IdOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString();

    /// <summary>The values that must differ for a new event.</summary>
    private sealed record CountsWithoutTime(
        long Transactions, int Routes, int ActiveRoutes, TransactionRates? PerSecond, DateTimeOffset Hour, string Names)
    {
        public static CountsWithoutTime None { get; } = new(-1, 0, 0, null, default, "");

        public static CountsWithoutTime From(CountsNow counts) => new(
            counts.Transactions,
            counts.Routes,
            counts.ActiveRoutes,
            counts.PerSecond,
            counts.Hours[^1].Start,
            string.Concat(counts.Busiest.Select(route => route.Airline)));
    }
}

/// <summary>The counts currently cannot be read; the stream continues when they can.</summary>
/// <param name="Cause">The cause.</param>
internal sealed record StreamUnavailable(string Cause);
