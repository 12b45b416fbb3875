using System.Collections.Concurrent;
using Airside.Platform.Tests.Load;

[assembly: AssemblyFixture(typeof(Airside.Platform.Tests.Cluster.UpgradeReport))]

namespace Airside.Platform.Tests.Cluster;

/// <summary>A page for operators: what the tests did in the cluster, and how requests fared meanwhile.</summary>
public sealed class UpgradeReport : IAsyncDisposable
{
    private const string Page = "docs/operate/upgrade-proof.md";
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> Sections = [];

    /// <summary>Adds the rows of a store to the report.</summary>
    internal static void Add(string section, IReadOnlyList<string> rows) => Sections[section] = rows;

    internal static string Table(IEnumerable<string> rows) => $"{LoadTotals.Head}\n{string.Join('\n', rows)}\n";

    public async ValueTask DisposeAsync()
    {
        if (Environment.GetEnvironmentVariable("AIRSIDE_UPDATE_DOCS") == "1" && Sections.Count == 2)
        {
            await File.WriteAllTextAsync(Repository.PathOf(Page), Text());
        }
    }

    private static string Text() =>
        """
        # Upgrades under load

        [ClusterTests](../../tests/Airside.Platform.Tests/Cluster/ClusterTests.cs) write this page. They run in continuous integration and
        install the chart in a real cluster, while clients continuously record transactions with keys, repeat some of them and read totals
        through the Service's port. *Failed* are requests without a response or with one that is not 2xx; clients retry those with their
        key. *Lost* and *doubled* compare the final totals with what was acknowledged; *stale reads* did not show what was acknowledged
        before. When a Pod gets SIGKILL, or the one Pod of the embedded store is replaced, requests may fail; nothing may be lost or
        doubled.

        """
        + string.Concat(Sections.OrderByDescending(section => section.Key, StringComparer.Ordinal).Select(
            section => $"\n## {section.Key}\n\n{Table(section.Value)}"));
}
