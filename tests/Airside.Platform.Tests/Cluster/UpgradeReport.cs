using System.Collections.Concurrent;
using Airside.Platform.Tests.Load;

[assembly: AssemblyFixture(typeof(Airside.Platform.Tests.Cluster.UpgradeReport))]

namespace Airside.Platform.Tests.Cluster;

/// <summary>What the tests in the cluster did and what became of the requests meanwhile, kept as a page for operators.</summary>
public sealed class UpgradeReport : IAsyncDisposable
{
    private const string Page = "docs/operate/upgrade-proof.md";
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> Sections = [];

    /// <summary>Puts the rows of a store into the report.</summary>
    internal static void Add(string section, IReadOnlyList<string> rows) => Sections[section] = rows;

    /// <summary>The table of a store.</summary>
    internal static string Table(IEnumerable<string> rows) => $"{LoadTotals.Head}\n{string.Join('\n', rows)}\n";

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("AIRSIDE_UPDATE_DOCS") == "1" && Sections.Count == 2)
        {
            await File.WriteAllTextAsync(Repository.PathOf(Page), Text());
        }
    }

    private static string Text() =>
        "# Upgrades under load\n\nWritten by [ClusterTests](../../tests/Airside.Platform.Tests/Cluster/ClusterTests.cs), which run in continuous "
        + "integration: the chart in a real cluster,\nwith clients that record transactions with keys, repeat some of them and read totals all "
        + "the time through the port of the Service.\n*Failed* are requests without an answer or with one that is not 2xx; clients send those "
        + "again with their key. *Lost* and *doubled* compare the\ntotals in the end with what was acknowledged; *stale reads* are those that "
        + "did not show what was acknowledged before.\n"
        + string.Concat(Sections.OrderByDescending(section => section.Key, StringComparer.Ordinal).Select(
            section => $"\n## {section.Key}\n\n{Table(section.Value)}"));
}
