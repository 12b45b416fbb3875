namespace Airside.Platform.Tests.Chart;

/// <summary>Effects of the cluster or of a single value that the golden renderings do not show.</summary>
[Trait("Category", "Tool")]
public sealed class RenderingTests
{
    [Theory]
    [InlineData("1.20", "policy/v1beta1", "autoscaling/v2beta2", false)]
    [InlineData("1.21", "policy/v1", "autoscaling/v2beta2", false)]
    [InlineData("1.23", "policy/v1", "autoscaling/v2", false)]
    [InlineData("1.29", "policy/v1", "autoscaling/v2", false)]
    [InlineData("1.30", "policy/v1", "autoscaling/v2", true)]
    public async Task The_version_of_the_cluster_decides(string version, string policy, string autoscaling, bool sleeps)
    {
        var release = Release.Parse(await Helm.RenderAsync(ValueSet.Named("production"), version));
        var pod = release.Workload.Part("spec/template/spec");

        Assert.Equal(policy, Assert.Single(release.OfKind("PodDisruptionBudget")).Text("apiVersion"));
        Assert.Equal(autoscaling, Assert.Single(release.OfKind("HorizontalPodAutoscaler")).Text("apiVersion"));
        Assert.Equal(sleeps ? "5" : null, pod.Items("containers").First().Text("lifecycle/preStop/sleep/seconds"));
        Assert.Equal(sleeps ? "40" : "35", pod.Text("terminationGracePeriodSeconds"));
    }

    [Fact]
    public async Task The_oldest_External_Secrets_operator_gets_its_own_version()
    {
        string[] production = ValueSet.Named("production").Arguments;
        string[][] clusters =
        [
            [], ["--api-versions", "external-secrets.io/v1beta1"],
            ["--api-versions", "external-secrets.io/v1beta1", "--api-versions", "external-secrets.io/v1"],
        ];
        var versions = new List<string?>();
        foreach (var cluster in clusters)
        {
            var release = Release.Parse(await Helm.RenderAsync([.. production, .. cluster]));
            versions.Add(release.OfKind("ExternalSecret").First().Text("apiVersion"));
        }

        Assert.Equal(["external-secrets.io/v1", "external-secrets.io/v1beta1", "external-secrets.io/v1"], versions);
    }

    [Theory]
    [InlineData(true, "10.0.0.0/16,10.4.0.0/16")]
    [InlineData(false, null)]
    public async Task The_networks_of_the_load_balancer_are_trusted_about_the_address_of_a_client(bool hasIngress, string? trusted)
    {
        string[] values =
        [
            "--set", $"ingress.enabled={(hasIngress ? "true" : "false")}",
            "--set", "networkPolicy.ingressFrom[0].ipBlock.cidr=10.0.0.0/16",
            "--set", "networkPolicy.ingressFrom[1].namespaceSelector.matchLabels.name=monitoring",
            "--set", "networkPolicy.ingressFrom[2].ipBlock.cidr=10.4.0.0/16",
        ];
        var release = Release.Parse(await Helm.RenderAsync([.. ValueSet.Named("production").Arguments, .. values]));

        Assert.Equal(trusted, VariablesOf(ContainerOf(release)).GetValueOrDefault("Airside__Security__TrustedProxies"));
    }

    [Fact]
    public async Task The_migration_is_a_step_before_the_release_that_opens_the_same_store()
    {
        var release = Release.Parse(await Helm.RenderAsync(ValueSet.Named("production"), ValueSet.NewestVersion));
        var job = Assert.Single(release.OfKind("Job"));
        var container = Assert.Single(job.Items("spec/template/spec/containers"));
        string[] names = ["DB_HOST", "DB_NAME", "DB_USER", "ConnectionStrings__Airside", "Airside__Postgres__PasswordFile"];

        Assert.Equal("pre-install,pre-upgrade,pre-rollback", job.Map("metadata/annotations")["helm.sh/hook"]);
        Assert.Equal(["migrate"], container.Texts("args"));
        var (serving, migrating) = (VariablesOf(ContainerOf(release)), VariablesOf(container));
        Assert.All(names, name => Assert.Equal(serving[name], migrating[name]));
        Assert.All(
            release.OfKind("ExternalSecret"),
            secret => Assert.Equal("-10", secret.Map("metadata/annotations")["helm.sh/hook-weight"]));
    }

    [Theory]
    [InlineData("airside")]
    [InlineData("existing", "serviceAccount.create=false", "serviceAccount.name=existing")]
    [InlineData("default", "serviceAccount.create=false")]
    public async Task The_migration_of_a_DynamoDB_table_has_the_identity_and_settings_of_the_Pods(string account, params string[] values)
    {
        string[] more =
        [
            .. values, "podLabels.group=table", "podAnnotations.role=airside", "nodeSelector.pool=aws", "extraEnv[0].name=AWS_PROFILE",
            "extraEnv[0].value=airside",
        ];
        var release = Release.Parse(await Helm.RenderAsync(
            [.. ValueSet.Named("dynamodb").Arguments, .. more.SelectMany(value => new[] { "--set", value })]));
        var job = Assert.Single(release.OfKind("Job"));
        var container = Assert.Single(job.Items("spec/template/spec/containers"));
        var (serving, migrating) = (VariablesOf(ContainerOf(release)), VariablesOf(container));
        string[] names =
        [
            "AWS_PROFILE", "Airside__DynamoDb__Region", "Airside__DynamoDb__Table", "Airside__Store", "LOG_LEVEL",
        ];

        Assert.Equal(["migrate"], container.Texts("args"));
        Assert.Equal(account, job.Text("spec/template/spec/serviceAccountName"));
        Assert.Equal(account, release.Workload.Text("spec/template/spec/serviceAccountName"));
        Assert.Equal("table", job.Map("spec/template/metadata/labels")["group"]);
        Assert.Equal("airside", job.Map("spec/template/metadata/annotations")["role"]);
        Assert.Equal("aws", job.Map("spec/template/spec/nodeSelector")["pool"]);
        Assert.Equal(names, migrating.Keys.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(serving[name], migrating[name]));
    }

    [Fact]
    public async Task The_migration_of_a_DynamoDB_table_runs_when_its_ServiceAccount_is_there()
    {
        var release = Release.Parse(await Helm.RenderAsync(ValueSet.Named("dynamodb"), ValueSet.NewestVersion));
        var job = Assert.Single(release.OfKind("Job")).Map("metadata/annotations");
        var account = Assert.Single(release.OfKind("ServiceAccount")).Map("metadata/annotations");

        Assert.Equal("pre-upgrade,pre-rollback", job["helm.sh/hook"]);
        Assert.Equal("Sync", job["argocd.argoproj.io/hook"]);
        Assert.Equal(["-2", "-1"], [account["argocd.argoproj.io/sync-wave"], job["argocd.argoproj.io/sync-wave"]]);
    }

    [Fact]
    public async Task The_migration_reaches_what_the_service_reaches()
    {
        var release = Release.Parse(await Helm.RenderAsync(ValueSet.Named("dynamodb"), ValueSet.NewestVersion));
        var labels = Assert.Single(release.OfKind("Job")).Map("spec/template/metadata/labels");
        var egress = Assert.Single(release.OfKind("NetworkPolicy"), policy => policy.Name == "airside-egress");

        Assert.All(egress.Map("spec/podSelector/matchLabels"), wanted => Assert.Equal(wanted.Value, labels[wanted.Key]));
        Assert.Equal(
            ["0.0.0.0/0", "169.254.170.23/32"],
            egress.Items("spec/egress").SelectMany(rule => rule.Items("to")).Select(peer => peer.Text("ipBlock/cidr")).OfType<string>());
    }

    [Fact]
    public async Task A_variable_of_the_user_takes_the_place_of_the_chart_s()
    {
        var release = Release.Parse(await Helm.RenderAsync("--set", "extraEnv[0].name=LOG_LEVEL,extraEnv[0].value=Trace"));
        var levels = ContainerOf(release).Items("env").Where(variable => variable.Text("name") == "LOG_LEVEL");
        Assert.Equal("Trace", Assert.Single(levels).Text("value"));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task A_value_says_whether_transactions_need_a_key(string value)
    {
        var release = Release.Parse(await Helm.RenderAsync("--set", $"requireTransactionKey={value}"));
        Assert.Equal(value, VariablesOf(ContainerOf(release))["Airside__RequireTransactionKey"]);
    }

    [Theory]
    [InlineData("defaults", "networkPolicy.enabled=false", "NetworkPolicy")]
    [InlineData("defaults", "tests.enabled=false", "Pod")]
    [InlineData("defaults", "serviceAccount.create=false", "ServiceAccount")]
    [InlineData("defaults", "persistence.existingClaim=mine", "PersistentVolumeClaim")]
    [InlineData("dynamodb", "migration.enabled=false", "Job")]
    [InlineData("production", "migration.enabled=false", "Job")]
    public async Task What_is_switched_off_is_not_there(string set, string value, string kind)
    {
        var values = ValueSet.Named(set).Arguments;
        Assert.NotEmpty(Release.Parse(await Helm.RenderAsync(values)).OfKind(kind));
        Assert.Empty(Release.Parse(await Helm.RenderAsync([.. values, "--set", value])).OfKind(kind));
    }

    private static Manifest ContainerOf(Release release) => release.Workload.Items("spec/template/spec/containers").First();

    private static Dictionary<string, string?> VariablesOf(Manifest container) => container.Items("env")
        .ToDictionary(variable => variable.Text("name") ?? "", variable => variable.Text("value"), StringComparer.Ordinal);
}
