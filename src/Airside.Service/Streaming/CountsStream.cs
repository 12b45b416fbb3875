using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Service.Streaming;

/// <summary>
/// The single producer of the stream for all viewers. It runs while there is a viewer, creates each event once, and never waits for a
/// viewer: each one takes the newest frame when it is ready.
/// </summary>
internal sealed class CountsStream(
    LiveCounts counts, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<CountsStream> logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(Limits.StreamEveryMs);

    private readonly BackgroundWork _reading = new("stream updates", timeProvider, logger);
    private readonly Lock _lock = new();
    private readonly Dictionary<FlightRoute, int> _viewersOfRoutes = [];
    private int _viewers;
    private bool _isRunning;
    private volatile StreamFrame _latest = new("", default);

    public int Viewers => Volatile.Read(ref _viewers);

    /// <summary>Number of frames created; it does not depend on the number of viewers.</summary>
    public long Frames { get; private set; }

    /// <summary>
    /// Whether the service accepts no more connections, so streams end. A drain alone ends none: a viewer that comes back during it must
    /// meet a stream.
    /// </summary>
    public bool IsEnding => application.ApplicationStopping.IsCancellationRequested;

    /// <summary>The newest frame; empty before the first one.</summary>
    public StreamFrame Latest => _latest;

    /// <summary>
    /// Admits a viewer unless there are too many viewers, or too many different routes. An admitted viewer must call
    /// <see cref="Leave"/> with the same routes.
    /// </summary>
    /// <param name="routes">The routes that it follows; none for everything.</param>
    public bool TryEnter(params IReadOnlyCollection<FlightRoute> routes)
    {
        lock (_lock)
        {
            var added = routes.Count(route => !_viewersOfRoutes.ContainsKey(route));
            if (_viewers >= Limits.StreamViewersMax || (added > 0 && _viewersOfRoutes.Count + added > Limits.StreamRoutesMax))
            {
                return false;
            }

            foreach (var route in routes)
            {
                _viewersOfRoutes[route] = _viewersOfRoutes.GetValueOrDefault(route) + 1;
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

    public void Leave(params IReadOnlyCollection<FlightRoute> routes)
    {
        lock (_lock)
        {
            _viewers--;
            foreach (var route in routes)
            {
                if (--_viewersOfRoutes[route] == 0)
                {
                    _viewersOfRoutes.Remove(route);
                }
            }
        }
    }

    private async Task ProduceAsync()
    {
        using var stopping = application.ApplicationStopping.Register(() => _latest.Replace());
        var previous = CountsWithoutTime.None;
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
                    Publish(StreamFrame.Of(now, IdOf(timeProvider.GetUtcNow())));
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

    private StreamFrame Unavailable(Exception exception) => StreamFrame.Unavailable(
        exception is StoreUnavailableException ? exception.Message : "The counts cannot be read.", IdOf(timeProvider.GetUtcNow()));

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
