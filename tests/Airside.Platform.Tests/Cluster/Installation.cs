using System.Text.Json;
using Airside.Platform.Tests.Chart;
using Airside.Platform.Tests.Containers;

namespace Airside.Platform.Tests.Cluster;

/// <summary>A release of the chart in a namespace of its own that enforces the restricted profile of Pod Security.</summary>
internal sealed class Installation(Kubernetes cluster, string name, params string[] values)
{
    private const string Release = "airside";

    /// <summary>How long Helm waits for what must come about: what is right must not depend on how busy the machine is.</summary>
    private const string Patience = "300s";

    /// <summary>How long requests wait for the database, for the same reason.</summary>
    private const string PatienceMs = "10000";

    /// <summary>The Pods that serve.</summary>
    private const string Selector = "app.kubernetes.io/component=service";

    /// <summary>The API key of the clients.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>Where the Service is on a node.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Makes the namespace and the Secrets.</summary>
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
        await HelmAsync("install", Chart, [.. Arguments(image), "--wait", "--timeout", Patience]);
        var service = await cluster.GetAsync("service", Release, "--namespace", name);
        var port = service.GetProperty("spec").GetProperty("ports")[0].GetProperty("nodePort").GetInt32();
        Address = new Uri($"http://{cluster.NodeAddress}:{port}");
    }

    /// <summary>
    /// Upgrades the release and waits until enough Pods serve, as Helm counts them; those of the one before may still be there.
    /// </summary>
    public Task UpgradeAsync(string image, params string[] more) =>
        HelmAsync("upgrade", Chart, [.. Arguments(image), .. more, "--wait", "--timeout", Patience]);

    /// <summary>Upgrades to a release that cannot work, and gives what Helm says.</summary>
    public async Task<string> RefusedUpgradeAsync(string image, params string[] more)
    {
        var (exitCode, output, errors) = await cluster.HelmAsync(
            ["upgrade", Release, Chart, "--namespace", name, .. Arguments(image), .. more, "--wait"]);
        Assert.True(exitCode != 0, $"The upgrade was not refused: {output}");
        return errors;
    }

    /// <summary>Goes back to a revision and waits until nothing of the one before is left.</summary>
    public async Task RollBackAsync(int revision)
    {
        await HelmAsync("rollback", $"{revision}", "--wait", "--timeout", Patience);
        await UntilSettledAsync();
    }

    /// <summary>Goes back to a revision that cannot work any more, and gives what Helm says.</summary>
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

    /// <summary>Runs the tests of the chart, and gives what they wrote.</summary>
    public Task<string> TestAsync() => HelmAsync("test", "--logs", "--timeout", Patience);

    /// <summary>The number of the revision that Helm has as deployed.</summary>
    public async Task<int> RevisionAsync()
    {
        var history = JsonSerializer.Deserialize<JsonElement>(await HelmAsync("history", "--output", "json"));
        return history.EnumerateArray().Last(entry => entry.GetProperty("status").GetString() == "deployed")
            .GetProperty("revision").GetInt32();
    }

    /// <summary>The names of the Pods that serve and are ready.</summary>
    public async Task<IReadOnlyList<string>> ReadyPodsAsync() =>
        [.. from pod in await PodsAsync() where IsReady(pod) && !IsEnding(pod) select Name(pod)];

    /// <summary>Waits until as many Pods serve as the release wants, or as are given, and no other is there.</summary>
    public Task UntilSettledAsync(int? replicas = null) => Kubernetes.UntilAsync(
        async () =>
        {
            var wanted = replicas ?? await ReplicasAsync();
            var pods = await PodsAsync();
            return pods.Count == wanted && pods.All(pod => IsReady(pod) && !IsEnding(pod));
        },
        $"the Pods of {name} to be ready");

    /// <summary>Sees to it that no other Pods than these serve, and waits until they do: one that is busy may fail a probe.</summary>
    public Task UntilServingAsync(IReadOnlyList<string> pods) => Kubernetes.UntilAsync(
        async () =>
        {
            var ready = await ReadyPodsAsync();
            Assert.Superset(pods.ToHashSet(), ready.ToHashSet());
            return ready.Count == pods.Count;
        },
        $"{string.Join(", ", pods)} of {name} to serve");

    /// <summary>What the Pods of the release are made from.</summary>
    public async Task<string> PodTemplateAsync() =>
        (await cluster.GetAsync("deployment", Release, "--namespace", name)).GetProperty("spec").GetProperty("template").GetRawText();

    /// <summary>The log of the migration's Job.</summary>
    public Task<string> MigrationLogAsync() => cluster.KubectlAsync("logs", "--namespace", name, $"job/{Release}-migration");

    /// <summary>Ends a Pod with SIGKILL, at once.</summary>
    public Task KillAsync(string pod) => cluster.KubectlAsync("delete", "pod", pod, "--namespace", name, "--grace-period=0", "--force");

    /// <summary>Asks to evict a Pod, as the drain of a node does, and says whether that was allowed.</summary>
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

    public async ValueTask RemoveAsync() => await cluster.KubectlAsync("delete", "namespace", name, "--wait=false");

    private static string Chart => Repository.PathOf(Helm.ChartFolder);

    private string[] Arguments(string image) =>
        [.. new[]
            {
                $"image.repository={image.Split(':')[0]}", $"image.tag={image.Split(':')[1]}", "service.type=NodePort",
                "drain.seconds=10", "probes.startup.periodSeconds=1", "probes.readiness.periodSeconds=1", "migration.backoffLimit=0",
                "probes.readiness.timeoutSeconds=10", "extraEnv[0].name=Airside__Postgres__TimeoutMs",
            }.Concat(values).SelectMany(value => new[] { "--set", value }),
            "--set-string", $"extraEnv[0].value={PatienceMs}"];

    private Task<string> SecretAsync(string secret, string content) =>
        cluster.KubectlAsync("create", "secret", "generic", secret, "--namespace", name, content);

    private async Task<string> HelmAsync(string command, params string[] arguments)
    {
        var (exitCode, output, errors) = await cluster.HelmAsync([command, Release, "--namespace", name, .. arguments]);
        Assert.True(exitCode == 0, $"helm {command}: {errors}{output}{(exitCode == 0 ? "" : await StateAsync())}");
        return output;
    }

    private Task<string> HelmAsync(string command, string chart, string[] arguments) => HelmAsync(command, [chart, .. arguments]);

    /// <summary>What there is in the namespace, for people.</summary>
    private async Task<string> StateAsync() =>
        await cluster.KubectlAsync("get", "pods,jobs,persistentvolumeclaims", "--namespace", name, "-o", "wide")
        + await cluster.KubectlAsync("get", "events", "--namespace", name)
        + (await cluster.TryKubectlAsync("", "logs", "--namespace", name, "--selector", Selector, "--tail", "20")).Output;

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
