using System.Runtime.InteropServices;
using Airside.Core;
using Airside.Service.Configuration;

namespace Airside.Service.Hosting;

/// <summary>
/// Stops the service without loss. On SIGTERM or SIGINT it is no longer ready but still serves, so load balancers can remove it.
/// Then it accepts no new connections, finishes what it accepted, and stops. A second signal stops it immediately.
/// </summary>
internal sealed partial class DrainLifetime(
    AirsideOptions options, IHostApplicationLifetime application, TimeProvider timeProvider, ILogger<DrainLifetime> logger)
    : IHostLifetime, IDisposable
{
    // Shares of the drain time: for still serving, and for finishing accepted requests. The rest is for a request that hangs, which
    // the server aborts within a second, and for closing the store.
    private const double ServingShare = 0.55;
    private const double FinishingShare = 0.2;

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    public bool IsDraining => Volatile.Read(ref _signals) > 0;

    /// <summary>Returns how long the service still serves after the signal.</summary>
    public static TimeSpan ServingTime(TimeSpan drain) => drain * ServingShare;

    /// <summary>Returns how long accepted requests may take to finish once no new ones are accepted.</summary>
    public static TimeSpan FinishTimeout(TimeSpan drain) => drain * FinishingShare;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Starts the drain at the first signal and ends the process at the second.</summary>
    public void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            // Everything acknowledged is durable, so exiting here loses nothing. A second signal requests an immediate exit.
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
        "{Signal} received: draining; the process ends within {DrainSeconds} s. A second signal ends it immediately.")]
    private static partial void LogDraining(ILogger logger, PosixSignal signal, double drainSeconds);
}
