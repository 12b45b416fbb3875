using Airside.Platform.Tests.Load;

namespace Airside.Platform.Tests.Cluster;

/// <summary>The built image and the chart in a real cluster, under steady load.</summary>
public abstract class ClusterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(Amount.Choose(day: 250, night: 50));
    private static readonly int Clients = Amount.Choose(day: 4, night: 8);
    private static readonly int Enough = Amount.Choose(day: 50, night: 100);
    private readonly List<string> _rows = [];

    /// <summary>Runs an action while clients use the release, and asserts that nothing is lost or doubled.</summary>
    private protected async Task WhileLoadedAsync(Installation release, string step, bool mayFail, Func<Task> action)
    {
        await using var load = Load(release);
        await load.UntilMoreAsync(Enough);
        await action();
        await load.UntilMoreAsync(Enough);
        await FinishAsync(release, load, step, mayFail);
    }

    private async Task FinishAsync(Installation release, KeyedLoad load, string step, bool mayFail)
    {
        var totals = await load.FinishAsync();
        _rows.Add(totals.Row(step));
        output.WriteLine(totals.Row(step));
        Assert.Equal((0, 0, 0), (totals.Lost, totals.Doubled, totals.Stale));
        Assert.True(mayFail || totals.Failed == 0, $"{step}: {load.Failures}{(totals.Failed == 0 ? "" : await release.StateAsync())}");
    }

    private static KeyedLoad Load(Installation release) => new(release.Address, Clients, Pause, release.ApiKey);

    private protected void Keep(string section)
    {
        UpgradeReport.Add(section, _rows);
        output.WriteLine(UpgradeReport.Table(_rows));
    }
}
