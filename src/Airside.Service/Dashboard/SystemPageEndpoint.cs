using System.Diagnostics;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Dashboard.Pages;
using Airside.Service.Hosting;
using Airside.Service.Operations;
using Airside.Service.Streaming;
using Airside.Service.Telemetry;

namespace Airside.Service.Dashboard;

/// <summary><c>GET /system</c>: what runs here and its state.</summary>
internal static class SystemPageEndpoint
{
    public static Page Show(
        AirsideOptions options, IStore store, DrainLifetime drain, CurrentCatalog catalog, GroupCommit groupCommit,
        PrometheusMetrics metrics, CountsStream stream, LastLedgerCheck lastCheck, IConfiguration configuration, TimeProvider timeProvider)
    {
        using var process = Process.GetCurrentProcess();
        return Page.Create<SystemPage>(new SystemModel(
            new RunningBuild(
                BuildVersion.Current.Version,
                BuildVersion.Current.Commit,
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
                lastCheck.Result?.Differences),
            new QueueState(groupCommit.QueueLength, Limits.QueueTransactionsMax, stream.Viewers, Limits.StreamViewersMax),
            metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.duration"),
            metrics.Histogram(GroupCommitMetrics.MeterName, "airside.commit.batch.size"),
            CatalogFacts.From(catalog.Current.Catalog),
            [
                .. Setting.Predecessors.Concat(Setting.All).Select(setting => Show(configuration.Current(setting), setting)),
            ],
            InfoEndpoint.Limits));
    }

    private static SettingRow Show(CurrentSetting current, Setting setting) =>
        new(current.Key, current.Value, current.Source, setting.Description);
}
