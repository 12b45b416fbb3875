using System.Runtime.InteropServices;
using Airside.Core;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Airside.Service.Tests.Health;

/// <summary>How the time from the signal to the exit is divided. No real clock runs here.</summary>
public sealed class DrainBudgetTests
{
    private const string HundredSeconds = "--Airside:DrainSeconds=100";

    [Fact]
    public async Task After_the_signal_the_service_serves_on_for_55_percent_of_the_drain_and_stops_then()
    {
        var time = new FakeTimeProvider();
        var application = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var options = AirsideOptions.Read(new ConfigurationBuilder().AddCommandLine([HundredSeconds]).Build());
        using var lifetime = new DrainLifetime(options, application, time, NullLogger<DrainLifetime>.Instance);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        application.ApplicationStopping.Register(stopping.SetResult);
        Assert.False(lifetime.IsDraining);

        var signal = new PosixSignalContext(PosixSignal.SIGTERM);
        lifetime.OnSignal(signal);

        Assert.True(signal.Cancel);
        Assert.True(lifetime.IsDraining);
        time.Advance(TimeSpan.FromSeconds(55) - TimeSpan.FromTicks(1));
        Assert.False(stopping.Task.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_was_accepted_has_20_percent_of_the_drain_to_finish()
    {
        await using var service = await RunningService.StartAsync(HundredSeconds);

        Assert.Equal(TimeSpan.FromSeconds(20), service.Get<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Fact]
    public void Two_seconds_of_the_usual_drain_are_left_for_cutting_off_what_hangs_and_closing_the_store()
    {
        var drain = TimeSpan.FromSeconds(Limits.DrainSecondsDefault);

        Assert.True(drain - DrainLifetime.ServingTime(drain) - DrainLifetime.FinishTimeout(drain) >= TimeSpan.FromSeconds(2));
    }
}
