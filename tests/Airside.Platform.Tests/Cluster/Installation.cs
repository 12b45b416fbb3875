using System.Text.Json;
using Airside.Platform.Tests.Chart;
using Airside.Platform.Tests.Containers;

namespace Airside.Platform.Tests.Cluster;

/// <summary>A release of the chart in its own namespace, which enforces the restricted profile of Pod Security.</summary>
internal sealed class Installation(Kubernetes cluster, string name, params string[] values)
{
    private const string Release = "airside";

    /// <summary>How long Helm waits: long enough that no test fails because the machine is busy.</summary>
    private const string Timeout = "300s";

    /// <summary>How long requests wait for the database; long for the same reason.</summary>
    private const string TimeoutMs = "10000";

    /// <summary>Long enough that a Pod that ends finishes a request that waits that long, instead of resetting its connection.</summary>
    private const string DrainSeconds = "20";

    /// <summary>Selects the Pods that serve.</summary>
    private const string Selector = "app.kubernetes.io/component=service";

    /// <summary>The clients' API key.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>The Service's address on a node.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Creates the namespace and the Secrets.</summary>
    public async Task PrepareAsync(string image, string databasePassword)
    {
        var lines = (await Docker.RunAsync(
            "run", "--rm", image, "keys", "create", "--name", "clients", "--scopes", "transactions:write,airlines:load,read")).Split('\n');
        ApiKey = lines[0];
        await cluster.KubectlAsync("create", "namespace", name);
        await cluster.KubectlAsync("label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted");
        await SecretAsync("airside-keys", $"--from-literal=keys.json=[{lines[1]}]");
        await SecretAsync("airside-test-key", $"--from-literal=api-key={ApiKey}");
        await SecretAsync("airside-postgres", $"--from-literal=password={databasePassword}");
    }

    /// <summary>Installs the release and waits until it serves.</summary>
    public async Task InstallAsync(string image)
    {
        await HelmAsync("install", Chart, [.. Arguments(image), "--wait", "--timeout", Timeout]);
        var service = await cluster.GetAsync("service", Release, "--namespace", name);
        var port = service.GetProperty("spec").GetProperty("ports")[0].GetProperty("nodePort").GetInt32();
        Address = new Uri($"http://{cluster.NodeAddress}:{port}");
    }

    /// <summary>Upgrades the release and waits until Helm counts enough ready Pods; old Pods may still be there.</summary>
    public Task UpgradeAsync(string image, params string[] more) =>
        HelmAsync("upgrade", Chart, [.. Arguments(image), .. more, "--wait", "--timeout", Timeout]);

    /// <summary>Upgrades to a release that cannot work, and returns Helm's error.</summary>
    public async Task<string> RefusedUpgradeAsync(string image, params string[] more)
    {
        var (exitCode, output, errors) = await cluster.HelmAsync(
            ["upgrade", Release, Chart, "--namespace", name, .. Arguments(image), .. more, "--wait"]);
        Assert.True(exitCode != 0, $"The upgrade was not refused: {output}");
        return errors;
    }

    /// <summary>Rolls back to a revision and waits until no Pods of another one are left.</summary>
    public async Task RollBackAsync(int revision)
    {
        await HelmAsync("rollback", $"{revision}", "--wait", "--timeout", Timeout);
        await UntilSettledAsync();
    }

    /// <summary>Rolls back to a revision that can no longer work, and returns Helm's error.</summary>
    public async Task<string> RefusedRollBackAsync(int revision)
    {
        var (exitCode, output, errors) = await cluster.HelmAsync("rollback", Release, $"{revision}", "--namespace", name, "--wait");
        Assert.True(exitCode != 0, $"The rollback was not refused: {output}");
        return errors;
    }

    /// <summary>Uninstalls the release and waits until its Pods have ended.</summary>
    public async Task UninstallAsync()
    {
        await HelmAsync("uninstall");
        await Kubernetes.UntilAsync(async () => (await PodsAsync()).Count == 0, $"the Pods of {name} to end");
    }

    /// <summary>Runs the chart's tests and returns their output.</summary>
    public Task<string> TestAsync() => HelmAsync("test", "--logs", "--timeout", Timeout);

    /// <summary>Returns the number of the deployed revision.</summary>
    public async Task<int> RevisionAsync()
    {
        var history = JsonSerializer.Deserialize<JsonElement>(await HelmAsync("history", "--output", "json"));
        return history.EnumerateArray().Last(entry => entry.GetProperty("status").GetString() == "deployed")
            .GetProperty("revision").GetInt32();
    }

    /// <summary>Returns the names of the Pods that are ready and not ending.</summary>
    public async Task<IReadOnlyList<string>> ReadyPodsAsync() =>
        [.. from pod in await PodsAsync() where IsReady(pod) && !IsEnding(pod) select Name(pod)];

    /// <summary>Waits until exactly the given number of Pods is ready, by default the replicas of the release.</summary>
    public Task UntilSettledAsync(int? replicas = null) => Kubernetes.UntilAsync(
        async () =>
        {
            var wanted = replicas ?? await ReplicasAsync();
            var pods = await PodsAsync();
            return pods.Count == wanted && pods.All(pod => IsReady(pod) && !IsEnding(pod));
        },
        $"the Pods of {name} to be ready");

    /// <summary>Asserts that no Pods but these serve, and waits until they do: a busy Pod may fail a probe.</summary>
    public Task UntilServingAsync(IReadOnlyList<string> pods) => Kubernetes.UntilAsync(
        async () =>
        {
            var ready = await ReadyPodsAsync();
            Assert.Subset(pods.ToHashSet(), ready.ToHashSet());
            return ready.Count == pods.Count;
        },
        $"{string.Join(", ", pods)} of {name} to serve");

    public async Task<string> PodTemplateAsync() =>
        (await cluster.GetAsync("deployment", Release, "--namespace", name)).GetProperty("spec").GetProperty("template").GetRawText();

    public Task<string> MigrationLogAsync() => cluster.KubectlAsync("logs", "--namespace", name, $"job/{Release}-migration");

    /// <summary>Kills a Pod immediately with SIGKILL.</summary>
    public Task KillAsync(string pod) => cluster.KubectlAsync("delete", "pod", pod, "--namespace", name, "--grace-period=0", "--force");

    /// <summary>Requests the eviction of a Pod, as a node drain does, and returns whether it was allowed.</summary>
    public async Task<bool> EvictAsync(string pod)
    {
        var versions = await cluster.KubectlAsync("api-versions");
        var version = versions.Split('\n').Contains("policy/v1") ? "policy/v1" : "policy/v1beta1";
        var eviction = $$"""{"apiVersion":"{{version}}","kind":"Eviction","metadata":{"name":"{{pod}}","namespace":"{{name}}"} }""";
        var (exitCode, _, errors) = await cluster.TryKubectlAsync(
            eviction, "create", "--raw", $"/api/v1/namespaces/{name}/pods/{pod}/eviction", "-f", "-");
        Assert.True(exitCode == 0 || errors.Contains("disruption budget", StringComparison.Ordinal), errors);
        return exitCode == 0;
    }

    /// <summary>Returns the namespace's state, for messages.</summary>
    public async Task<string> StateAsync() =>
        await cluster.KubectlAsync("get", "pods,jobs,persistentvolumeclaims", "--namespace", name, "-o", "wide")
        + await cluster.KubectlAsync("get", "events", "--namespace", name)
        + (await cluster.TryKubectlAsync("", "logs", "--namespace", name, "--selector", Selector, "--tail", "20")).Output;

    public async ValueTask RemoveAsync() => await cluster.KubectlAsync("delete", "namespace", name, "--wait=false");

    private static string Chart => Repository.PathOf(Helm.ChartFolder);

    private string[] Arguments(string image) =>
        [.. new[]
            {
                $"image.repository={image.Split(':')[0]}", $"image.tag={image.Split(':')[1]}", "service.type=NodePort",
                $"drain.seconds={DrainSeconds}", "probes.startup.periodSeconds=1", "probes.readiness.periodSeconds=1",
                "probes.readiness.timeoutSeconds=10", "migration.backoffLimit=0", "extraEnv[0].name=Airside__Postgres__TimeoutMs",
            }.Concat(values).SelectMany(value => new[] { "--set", value }),
            "--set-string", $"extraEnv[0].value={TimeoutMs}"];

    private Task<string> SecretAsync(string secret, string content) =>
        cluster.KubectlAsync("create", "secret", "generic", secret, "--namespace", name, content);

    private async Task<string> HelmAsync(string command, params string[] arguments)
    {
        var (exitCode, output, errors) = await cluster.HelmAsync([command, Release, "--namespace", name, .. arguments]);
        Assert.True(exitCode == 0, $"helm {command}: {errors}{output}{(exitCode == 0 ? "" : await StateAsync())}");
        return output;
    }

    private Task<string> HelmAsync(string command, string chart, string[] arguments) => HelmAsync(command, [chart, .. arguments]);

    private async Task<int> ReplicasAsync() =>
        (await cluster.GetAsync("deployment", Release, "--namespace", name)).GetProperty("spec").GetProperty("replicas").GetInt32();

    private async Task<List<JsonElement>> PodsAsync() =>
        [.. (await cluster.GetAsync("pods", "--namespace", name, "--selector", Selector)).GetProperty("items").EnumerateArray()];

    private static string Name(JsonElement pod) => pod.GetProperty("metadata").GetProperty("name").GetString()!;

    private static bool IsEnding(JsonElement pod) => pod.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _);

    private static bool IsReady(JsonElement pod) =>
        pod.GetProperty("status").TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition =>
            condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
