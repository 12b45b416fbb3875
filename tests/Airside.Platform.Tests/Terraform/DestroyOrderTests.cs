using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>Destroying an environment leaves nothing behind and goes from the inside out.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed partial class DestroyOrderTests
{
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [Fact]
    public async Task Argo_CD_goes_before_the_cluster_the_cluster_before_the_database_and_the_database_before_the_network()
    {
        // Other tests use what was read before, so destroying it is safe.
        var root = await SimulatedRoot.OfAsync("production");
        await root.AppliedAsync();
        var folder = root.Folder;
        var output = await TerraformCommand.RunAsync(
            folder, "destroy", "-no-color", "-auto-approve", $"-var-file={SimulatedRoot.SettingsOf("production")}");

        var begun = Begins().Matches(output).Select(match => match.Groups["address"].Value).ToList();
        var ended = Ends().Matches(output).Select(match => match.Groups["address"].Value).ToList();
        Assert.NotEmpty(begun);
        Assert.Equal(begun.Order(StringComparer.Ordinal), ended.Order(StringComparer.Ordinal));
        AssertBefore(output, "module.gitops.helm_release.root", "module.gitops.helm_release.argocd");
        AssertBefore(output, "module.gitops.helm_release.argocd", "module.cluster.aws_eks_cluster.this");
        AssertBefore(output, "module.cluster.aws_eks_cluster.this", "module.postgres[0].aws_db_instance.this[0]");
        AssertBefore(output, "module.gitops.helm_release.argocd", "module.identity.aws_eks_pod_identity_association.pod");
        AssertBefore(output, "module.gitops.helm_release.argocd", "module.edge.");
        Assert.All(begun.Where(address => address.StartsWith("module.network.", StringComparison.Ordinal)), address =>
            AssertBefore(output, "module.postgres[0].aws_db_instance.this[0]", address));
        Assert.Contains(begun, address => address.StartsWith("module.network.aws_nat_gateway", StringComparison.Ordinal));
        var state = await TerraformCommand.RunAsync(folder, "state", "list");
        Assert.Equal("", state.Trim());
    }

    /// <summary>Requires that the first is gone before any with the second prefix goes.</summary>
    private static void AssertBefore(string output, string first, string second)
    {
        var end = output.LastIndexOf($"{first}: Destruction complete", StringComparison.Ordinal);
        var begin = Begins().Matches(output)
            .First(match => match.Groups["address"].Value.StartsWith(second, StringComparison.Ordinal)).Index;
        Assert.True(end >= 0 && end < begin, $"{second} was begun before {first} had gone.");
    }

    [GeneratedRegex(@"^(?<address>[^:\n]+): Destroying\.\.\.", Options)]
    private static partial Regex Begins();

    [GeneratedRegex(@"^(?<address>[^:\n]+): Destruction complete", Options)]
    private static partial Regex Ends();
}
