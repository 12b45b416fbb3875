namespace Airside.Platform.Tests.Chart;

/// <summary>Helm refuses conflicting values before it installs anything, and reports the cause.</summary>
[Trait("Category", "Tool")]
public sealed class RefusalTests
{
    private const string Postgres = "store=postgres,postgres.host=db.example";

    [Theory]
    [InlineData("", "replicaCount=2", "replicaCount does not match: 1")]
    [InlineData("", "autoscaling.enabled=true", "autoscaling.enabled does not match: false")]
    [InlineData("", "rollout.enabled=true", "rollout.enabled does not match: false")]
    [InlineData("", "podDisruptionBudget.enabled=true", "podDisruptionBudget.enabled does not match: false")]
    [InlineData("", "store=postgres", "postgres.host: String length must be greater than or equal to 1")]
    [InlineData("", "image.tag=latest", "image.tag: Must not validate the schema")]
    [InlineData("", "security.existingSecret=", "security.existingSecret: Does not match pattern")]
    [InlineData("", "ingress.enabled=true", "ingress.host: String length")]
    [InlineData("", "httpRoute.enabled=true", "httpRoute.parentRefs: Array must have at least 1 items")]
    [InlineData("", "image=null", "image is required")]
    [InlineData(Postgres, "postgres.parameters=Password=b", "postgres.parameters: Must not validate the schema")]
    [InlineData(Postgres, "rollout.enabled=true", "monitoring.serviceMonitor.enabled does not match: true")]
    [InlineData(Postgres, "externalSecrets.enabled=true", "externalSecrets.keys.key: String length")]
    [InlineData(Postgres, "podDisruptionBudget.minAvailable=1,podDisruptionBudget.maxUnavailable=1", "at least one schema (anyOf)")]
    [InlineData(Postgres, "podDisruptionBudget.enabled=true", "podDisruptionBudget.enabled is true with 1 Pod")]
    [InlineData(Postgres, "autoscaling.enabled=true,autoscaling.minReplicas=11", "autoscaling.minReplicas is 11 and ")]
    [InlineData(
        Postgres, "replicaCount=2,podDisruptionBudget.enabled=true,podDisruptionBudget.minAvailable=2",
        "podDisruptionBudget.minAvailable is 2 of 2 Pods: no node could be drained")]
    [InlineData("", "hourlyHistoryDays=3", "keyWindowHours is 48: hours must be kept 2 days longer than keys, which is 4 days")]
    [InlineData("hourlyHistoryDays=32", "keyWindowHours=744", "which is 33 days")]
    [InlineData(Postgres, "podLabels.app\\.kubernetes\\.io/name=b", "podLabels has app.kubernetes.io/name, which the chart sets itself")]
    [InlineData("production", "image.digest=", "image.digest: String length")]
    [InlineData("production", "autoscaling.minReplicas=1", "autoscaling.minReplicas: Must be greater than or equal to 2")]
    [InlineData("production", "autoscaling.enabled=false", "replicaCount: Must be greater than or equal to 2")]
    [InlineData("production", "security.mode=Open", "security.mode does not match: \"Keys\"")]
    [InlineData("production", "podDisruptionBudget.enabled=false", "podDisruptionBudget.enabled does not match: true")]
    [InlineData("production", "networkPolicy.enabled=false", "networkPolicy.enabled does not match: true")]
    [InlineData("production", "ingress.certificateArn=", "ingress.certificateArn: String length")]
    [InlineData("production", "ingress.className=nginx", "ingress.tlsSecret: String length")]
    [InlineData("production", "store=embedded", "store: store must be one of the following")]
    public async Task Values_that_do_not_go_together_are_refused(string given, string changed, string said)
    {
        string[] before = given switch { "" => [], "production" => ValueSet.Named(given).Arguments, _ => ["--set", given] };
        Assert.NotEmpty(await Helm.RenderAsync(before));

        Assert.Contains(said, await Helm.RefusalAsync([.. before, "--set", changed]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_cluster_is_refused() =>
        Assert.Contains("kubeVersion: >=1.20.0-0", await Helm.RefusalAsync("--kube-version", "1.19.0"), StringComparison.Ordinal);
}
