using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Airside.Core;

/// <summary>
/// The clock of a store that many processes share, according to its responses. If this process's clock differs by more than clocks may, the
/// difference is logged and the store's time is used.
/// </summary>
/// <remarks>
/// Between two responses, the store's clock is assumed to run as steadily as the monotonic one, which stops while a machine sleeps. A
/// response that contradicts this is accepted if this process's clock agrees with it, and otherwise only if the next ones say the same: one
/// wrong response must not set the clock.
/// </remarks>
public sealed partial class StoreClock : TimeProvider
{
    /// <summary>Number of consecutive responses that must contradict the known time to replace it.</summary>
    private const int Contradictions = 3;

    /// <summary>How long a response may have been in transit or waiting to be read.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan DifferenceMax = TimeSpan.FromMilliseconds(Limits.ClockStepMs);

    private readonly TimeProvider _own;
    private readonly ILogger _logger;
    private volatile Reading? _reading;
    private int _contradictions;
    private bool _isTold;

    /// <summary>Creates a clock that does not know the store's time yet.</summary>
    /// <param name="own">This process's clock.</param>
    /// <param name="logger">Logs when the clocks start to differ and when they agree again.</param>
    public StoreClock(TimeProvider own, ILogger logger) => (_own, _logger) = (own, logger);

    /// <summary>How far this process's clock is ahead of the store's, or null while that is unknown.</summary>
    public TimeSpan? Difference => _reading is { } reading ? _own.GetUtcNow() - Present(reading) : null;

    /// <summary>Describes the difference, or null while the clocks agree.</summary>
    public string? Fault => Difference is { } difference && difference.Duration() > DifferenceMax
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"The process clock is {difference.Duration().TotalSeconds:0} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} "
            + $"the store clock; at most {DifferenceMax.TotalSeconds} s is expected ({nameof(Limits.ClockStepMs)}). Transactions get the "
            + $"store time. Correct the system clock, and find out why nothing keeps it correct.")
        : null;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _own.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _own.TimestampFrequency;

    /// <summary>Processes the time in a response. Only the store's monitor calls this, repeatedly.</summary>
    /// <param name="told">The store's time.</param>
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

    /// <summary>Returns the current time: this process's, or the store's if this process's cannot be right.</summary>
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

    [LoggerMessage(EventIds.StoreClockAgrees, LogLevel.Information, "The process clock agrees with the store clock again.")]
    private static partial void LogAgrees(ILogger logger);

    /// <summary>The time in a response, and the timestamp when it was read.</summary>
    private sealed record Reading(DateTimeOffset Told, long At);
}
