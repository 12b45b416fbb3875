using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Airside.Core;

/// <summary>
/// One piece of background work. An exception stops neither the process nor the work: the failure is counted, logged once when it starts
/// and once when it ends, and the work restarts after a growing pause.
/// </summary>
public sealed partial class BackgroundWork
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.Background";

    private static readonly Counter<long> Failures = new Meter(MeterName).CreateCounter<long>(
        "airside.background.failures", "{failure}", "Failures of background work, by work.");

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(Limits.BackgroundPauseMsMin);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(Limits.BackgroundPauseMsMax);

    private readonly string _name;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private string? _fault;

    /// <summary>Creates background work.</summary>
    /// <param name="name">Its name in metrics and logs.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Logs when the work starts to fail and when it succeeds again.</param>
    public BackgroundWork(string name, TimeProvider timeProvider, ILogger logger)
    {
        _name = name;
        _timeProvider = timeProvider;
        _logger = logger;

        // The first failure shows as a step from 0 only if 0 was reported before.
        Count(0);
    }

    /// <summary>Why the last round failed, or null if it succeeded.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Runs rounds of the work until it is stopped. After a failed round, it pauses and runs the next one.</summary>
    /// <param name="round">One round. It waits until it has something to do.</param>
    /// <param name="stopping">Stops the work.</param>
    /// <param name="longestPause">The longest pause, for work that guarantees a shorter one than the default.</param>
    public async Task RunAsync(Func<CancellationToken, Task> round, CancellationToken stopping, TimeSpan? longestPause = null)
    {
        var pauseMax = longestPause ?? PauseMax;
        var pause = PauseMin;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round(stopping);
                Succeeded();
                pause = PauseMin;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Failed(exception);
                await Task.Delay(pause, _timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < pauseMax ? pause * 2 : pauseMax;
            }
        }
    }

    /// <summary>Runs one round on a timer thread, where an exception would end the process.</summary>
    public void Attempt(Action round)
    {
        try
        {
            round();
            Succeeded();
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
    }

    /// <summary>Records that a round failed.</summary>
    public void Failed(Exception exception)
    {
        if (Interlocked.Exchange(ref _fault, exception.Message) is null)
        {
            LogFails(_logger, _name, exception.Message, IsForeseen(exception) ? null : exception);
        }

        Count(1);
    }

    /// <summary>Records that a round succeeded.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _fault) is not null && Interlocked.Exchange(ref _fault, null) is not null)
        {
            LogRecovered(_logger, _name);
        }
    }

    private void Count(int failures)
    {
        try
        {
            Failures.Add(failures, new KeyValuePair<string, object?>("airside.work", _name));
        }
        catch (Exception exception)
        {
            // The metrics listener itself may be what fails.
            LogNotCounted(_logger, _name, exception.Message);
        }
    }

    /// <summary>Returns whether the message alone tells an operator enough; for any other failure the log has the stack.</summary>
    private static bool IsForeseen(Exception exception) =>
        exception is StoreUnavailableException or StoreDamagedException or IOException or UnauthorizedAccessException;

    [LoggerMessage(EventIds.BackgroundFails, LogLevel.Warning, "Background work '{Work}' fails and is retried: {Cause}")]
    private static partial void LogFails(ILogger logger, string work, string cause, Exception? exception);

    [LoggerMessage(
        EventIds.BackgroundNotCounted, LogLevel.Debug, "A failure of background work '{Work}' could not be counted: {Cause}")]
    private static partial void LogNotCounted(ILogger logger, string work, string cause);

    [LoggerMessage(EventIds.BackgroundRecovered, LogLevel.Information, "Background work '{Work}' succeeds again.")]
    private static partial void LogRecovered(ILogger logger, string work);
}
