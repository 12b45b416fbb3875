using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Airside.Core;

/// <summary>
/// One piece of work beside the requests. What it throws ends neither the process nor the work: it is counted, told of once when it begins
/// and once when it is over, and the work begins anew after a pause that grows.
/// </summary>
public sealed partial class BackgroundWork
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.Background";

    private static readonly Counter<long> Failures = new Meter(MeterName).CreateCounter<long>(
        "airside.background.failures", "{failure}", "Failures of work beside the requests, by the work.");

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(Limits.BackgroundPauseMsMin);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(Limits.BackgroundPauseMsMax);

    private readonly string _name;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private string? _fault;

    /// <summary>Names a piece of work.</summary>
    /// <param name="name">Its name in metric and log.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told when the work begins to fail, and when it goes on.</param>
    public BackgroundWork(string name, TimeProvider timeProvider, ILogger logger)
    {
        _name = name;
        _timeProvider = timeProvider;
        _logger = logger;

        // The first failure is a step from 0 only where 0 was told before.
        Count(0);
    }

    /// <summary>Why the last round failed, or null when it did not.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Does rounds of the work until it is to stop. A round that fails is followed by a pause and the next one.</summary>
    /// <param name="round">One round. It waits by itself for when there is something to do.</param>
    /// <param name="stopping">Ends the work.</param>
    /// <param name="longestPause">How long a pause may become, where the work has promised to be sooner than others.</param>
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

    /// <summary>Does one round on the thread of a timer, where what it throws would end the process.</summary>
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

    /// <summary>Notes that a round failed.</summary>
    public void Failed(Exception exception)
    {
        if (Interlocked.Exchange(ref _fault, exception.Message) is null)
        {
            LogFails(_logger, _name, exception.Message, IsForeseen(exception) ? null : exception);
        }

        Count(1);
    }

    /// <summary>Notes that a round did not fail.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _fault) is not null && Interlocked.Exchange(ref _fault, null) is not null)
        {
            LogGoesOn(_logger, _name);
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
            // Whoever gathers metrics may be what fails.
            LogNotCounted(_logger, _name, exception.Message);
        }
    }

    /// <summary>Whether the message alone says what an operator needs; of any other failure the log has the stack.</summary>
    private static bool IsForeseen(Exception exception) =>
        exception is StoreUnavailableException or StoreDamagedException or IOException or UnauthorizedAccessException;

    [LoggerMessage(
        EventIds.BackgroundFails, LogLevel.Warning, "In the background, {Work} fails and is tried again: {Cause}")]
    private static partial void LogFails(ILogger logger, string work, string cause, Exception? exception);

    [LoggerMessage(
        EventIds.BackgroundNotCounted, LogLevel.Debug, "In the background, a failure of {Work} could not be counted: {Cause}")]
    private static partial void LogNotCounted(ILogger logger, string work, string cause);

    [LoggerMessage(EventIds.BackgroundGoesOn, LogLevel.Information, "In the background, {Work} goes on.")]
    private static partial void LogGoesOn(ILogger logger, string work);
}
