using System.Text.Json;
using Airside.Core;
using Airside.Service.Health;

namespace Airside.Service.Dashboard.Live;

/// <summary>
/// The one producer of the stream, however many viewers there are. It runs while there is one, makes each event once, and waits for
/// nobody: a viewer takes the newest frame whenever it is ready for one.
/// </summary>
internal sealed class CountsStream(
    LiveCounts counts, DrainLifetime drain, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<CountsStream> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StreamEveryMs);

    private readonly BackgroundWork _reading = new("reading of the counts for the stream", timeProvider, logger);
    private readonly Lock _lock = new();
    private int _viewers;
    private bool _isRunning;
    private volatile StreamFrame _latest = new("", default);

    /// <summary>Number of viewers.</summary>
    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Number of times that the producer has made a frame; it does not grow with the viewers.</summary>
    public long Frames { get; private set; }

    /// <summary>Whether the service is on its way out, so that streams end and none begins.</summary>
    public bool IsEnding => drain.IsDraining || application.ApplicationStopping.IsCancellationRequested;

    /// <summary>The newest frame; empty before the first one.</summary>
    public StreamFrame Latest => _latest;

    /// <summary>Lets a viewer in, unless there are too many. Whoever was let in has to leave.</summary>
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

                // What an earlier viewer saw last may be long past.
                _latest = new StreamFrame("", default);
                _ = Task.Run(ProduceAsync);
            }

            return true;
        }
    }

    /// <summary>Lets a viewer out.</summary>
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
                if (CountsWithoutTime.Of(now) is var current && current != previous)
                {
                    previous = current;
                    Publish(StreamFrame.Event("counts", IdOf(now.At), JsonSerializer.SerializeToUtf8Bytes(now, ApiJson.Default.CountsNow)));
                    published = timeProvider.GetTimestamp();
                }
            }
            catch (OperationCanceledException) when (IsEnding)
            {
                continue;
            }
            catch (Exception exception)
            {
                // Whatever it was, the viewers are told, and the next round tries again.
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

    /// <summary>Ends the producer when nobody is left, together with the decision that the next viewer has to start another one.</summary>
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

    /// <summary>Waits in small steps, so that the end of the service and of the last viewer are noticed soon.</summary>
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
            JsonSerializer.SerializeToUtf8Bytes(new StreamUnavailable(cause), ApiJson.Default.StreamUnavailable));
    }

    private static string IdOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString();

    /// <summary>What has to differ for another event.</summary>
    private sealed record CountsWithoutTime(
        long Transactions, int Routes, int ActiveRoutes, TransactionRates? PerSecond, DateTimeOffset Hour, string Names)
    {
        public static CountsWithoutTime None { get; } = new(-1, 0, 0, null, default, "");

        public static CountsWithoutTime Of(CountsNow counts) => new(
            counts.Transactions,
            counts.Routes,
            counts.ActiveRoutes,
            counts.PerSecond,
            counts.Hours[^1].Start,
            string.Concat(counts.Busiest.Select(route => route.Airline)));
    }
}

/// <summary>The counts cannot be read at present; the stream goes on when they can.</summary>
/// <param name="Cause">Why.</param>
internal sealed record StreamUnavailable(string Cause);
