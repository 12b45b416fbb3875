using System.Diagnostics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Dashboard.Live;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Health;
using Airside.Service.Telemetry;
using Airside.Service.Transactions;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /system</c>: what runs here and how it is.</summary>
internal static class SystemPageEndpoint
{
    /// <summary>Shows the page.</summary>
    public static Page Show(
        AirsideOptions options, IStore store, DrainLifetime drain, CurrentCatalog catalog, GroupCommit groupCommit,
        PrometheusMetrics metrics, CountsStream stream, IServiceProvider services, IConfiguration configuration, TimeProvider timeProvider)
    {
        var check = services.GetService<LedgerCheck>();
        using var process = Process.GetCurrentProcess();
        return Page.Of<SystemPage>(new SystemModel(
            new RunningBuild(
                InfoEndpoint.Build.Version,
                InfoEndpoint.Build.Commit,
                Environment.Version.ToString(),
                new DateTimeOffset(process.StartTime.ToUniversalTime()),
                timeProvider.GetUtcNow()),
            new StoreState(
                options.Store,
                store.Outage,
                store.Ledger.WriteFault,
                store.Clock?.Fault,
                options.KeyWindow,
                drain.IsDraining,
                check?.Last?.Differences),
            new QueueState(groupCommit.QueueLength, Limits.QueueTransactionsMax, stream.Viewers, Limits.StreamViewersMax),
            metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.duration"),
            metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.batch.size"),
            CatalogFacts.Of(catalog.Current.Catalog),
            [
                .. Setting.Predecessors.Concat(Setting.All).Select(setting => Show(configuration.InForce(setting), setting)),
            ],
            InfoEndpoint.Limits));
    }

    private static SettingRow Show(SettingInForce inForce, Setting setting) =>
        new(inForce.Key, inForce.Value, inForce.Source, setting.Description);
}
