using Xunit.Sdk;
using Xunit.v3;

// Tests that wait for a cluster or for containers leave the processor to tests that compute.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer(typeof(Airside.Platform.Tests.TestOrder))]

namespace Airside.Platform.Tests;

/// <summary>Starts the longest tests first, so that none of them runs alone at the end.</summary>
public sealed class TestOrder : ITestCollectionOrderer
{
    /// <summary>The container tests run one after another: each has the machine's ports and memory to itself.</summary>
    public const string Containers = nameof(Containers);

    private static readonly string[] Longest = ["PostgresClusterTests", Containers, "EmbeddedClusterTests"];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => RankOf(collection.TestCollectionDisplayName))];

    private static int RankOf(string name)
    {
        var rank = Array.FindIndex(Longest, part => name.Contains(part, StringComparison.Ordinal));
        return rank < 0 ? Longest.Length : rank;
    }
}
