using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Airside.Core;

/// <summary>
/// The clock of a store that many processes share, as its answers tell it. Where the clock of this process differs by more than clocks
/// may, that is told, and the time of the store is taken.
/// </summary>
/// <remarks>
/// Between two answers the store's clock is taken to run as steadily as the monotonic one, which stands still while a machine sleeps. An
/// answer that contradicts that is believed when the clock of this process agrees with it, and otherwise only when the next ones say the
/// same: one wrong answer must not set the clock.
/// </remarks>
public sealed partial class StoreClock : TimeProvider
{
    /// <summary>So many answers in a row have to contradict what was known.</summary>
    private const int Contradictions = 3;

    /// <summary>An answer may have been on its way, or have waited to be read, for so long.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DifferenceMax = TimeSpan.FromMilliseconds(Limits.ClockStepMs);

    private readonly TimeProvider _own;
    private readonly ILogger _logger;
    private volatile Reading? _reading;
    private int _contradictions;
    private bool _isTold;

    /// <summary>Knows nothing of the store's clock yet.</summary>
    /// <param name="own">The clock of this process.</param>
    /// <param name="logger">Told when the clocks begin to differ, and when they agree again.</param>
    public StoreClock(TimeProvider own, ILogger logger) => (_own, _logger) = (own, logger);

    /// <summary>How far the clock of this process is ahead of the store's; null as long as nothing is known of that.</summary>
    public TimeSpan? Difference => _reading is { } reading ? _own.GetUtcNow() - Present(reading) : null;

    /// <summary>What is to be said of the difference, or null while the clocks agree.</summary>
    public string? Fault => Difference is { } difference && difference.Duration() > DifferenceMax
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The clock of this process is {difference.Duration().TotalSeconds:0} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} "
            + $"that of the store; at most {DifferenceMax.TotalSeconds} s are expected ({nameof(Limits.ClockStepMs)}). Transactions get "
            + $"the time of the store. Set the clock of the machine right, and see why nothing does that.")
        : null;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _own.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _own.TimestampFrequency;

    /// <summary>Takes what an answer said; called by the store's watch alone, again and again.</summary>
    /// <param name="told">The time of the store.</param>
    public void Take(DateTimeOffset told)
    {
        var isContradiction = _reading is { } reading
            && (told - Present(reading)).Duration() > Lag
            && (told - _own.GetUtcNow()).Duration() > DifferenceMax;
        _contradictions = isContradiction ? _contradictions + 1 : 0;
        if (isContradiction && _contradictions < Contradictions)
        {
            return;
        }

        _contradictions = 0;
        _reading = new Reading(told, _own.GetTimestamp());
        var fault = Fault;
        if (fault is not null && !_isTold)
        {
            LogDiffers(_logger, fault);
        }
        else if (fault is null && _isTold)
        {
            LogAgrees(_logger);
        }

        _isTold = fault is not null;
    }

    /// <summary>The present time: that of this process, or where it cannot be right, that of the store.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = _own.GetUtcNow();
        return _reading is { } reading && Present(reading) is var present && (now - present).Duration() > DifferenceMax ? present : now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => _own.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _own.CreateTimer(callback, state, dueTime, period);

    private DateTimeOffset Present(Reading reading) => reading.Told + _own.GetElapsedTime(reading.At);

    [LoggerMessage(EventIds.StoreClockDiffers, LogLevel.Warning, "{Fault}")]
    private static partial void LogDiffers(ILogger logger, string fault);

    [LoggerMessage(EventIds.StoreClockAgrees, LogLevel.Information, "The clock of this process agrees with that of the store again.")]
    private static partial void LogAgrees(ILogger logger);

    /// <summary>What an answer told, and the timestamp at which it did.</summary>
    private sealed record Reading(DateTimeOffset Told, long At);
}
