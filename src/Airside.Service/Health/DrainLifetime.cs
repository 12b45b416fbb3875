using System.Runtime.InteropServices;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Health;

/// <summary>
/// Stops without loss. On SIGTERM or SIGINT the service is no longer ready but serves on, so that load balancers can take it
/// out; then it takes no new connections, finishes what it accepted, and ends. A second signal ends it at once.
/// </summary>
internal sealed partial class DrainLifetime(
    AirsideOptions options, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<DrainLifetime> logger)
    : IHostLifetime, IDisposable
{
    // Shares of the drain: to serve on, and to finish what was accepted. What is left is for a request that hangs, which the server
    // cuts off within a second, and for closing the store.
    private const double ServingShare = 0.55;
    private const double FinishingShare = 0.2;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    /// <summary>Whether the service is on its way out.</summary>
    public bool IsDraining => Volatile.Read(ref _signals) > 0;

    /// <summary>How long the service serves on after the signal.</summary>
    public static TimeSpan ServingTime(TimeSpan drain) => drain * ServingShare;

    /// <summary>How long what was accepted may take to finish once nothing new is taken.</summary>
    public static TimeSpan FinishTimeout(TimeSpan drain) => drain * FinishingShare;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Begins the drain at the first signal and ends the process at the second.</summary>
    public void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            // What was acknowledged is durable, so ending here loses nothing. The second signal asks for the end at once.
#pragma warning disable RS0030
            Environment.Exit(ExitCodes.SecondSignal);
#pragma warning restore RS0030
        }

        LogDraining(logger, context.Signal, options.Drain.TotalSeconds);
        _ = StopAfterServingAsync();
    }

    private async Task StopAfterServingAsync()
    {
        await Task.Delay(ServingTime(options.Drain), timeProvider);
        application.StopApplication();
    }

    [LoggerMessage(
        EventIds.Draining, LogLevel.Information,
        "{Signal} received: draining, the process ends within {DrainSeconds} s. A second signal ends it at once.")]
    private static partial void LogDraining(ILogger logger, PosixSignal signal, double drainSeconds);
}
