using System.Diagnostics;
using System.Text.Json;
using Airside.Platform.Tests.Chart;
using Airside.Platform.Tests.Containers;

[assembly: AssemblyFixture(typeof(Airside.Platform.Tests.Cluster.Kubernetes))]

namespace Airside.Platform.Tests.Cluster;

/// <summary>
/// A cluster: the one that <c>KUBECONFIG</c> names, or one that the program in <c>AIRSIDE_LOCAL_CLUSTER</c> starts on this machine for the
/// tests, which then load the images into it. For other clusters, <c>AIRSIDE_IMAGE</c>, <c>AIRSIDE_NEXT_IMAGE</c> and
/// <c>AIRSIDE_POSTGRES_IMAGE</c> name the images in a registry that the cluster can reach.
/// </summary>
public sealed class Kubernetes : IAsyncLifetime
{
    private const string LocalDirectory = "/var/tmp/airside-cluster";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Each poll starts kubectl, which slows down what the tests wait for.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly string? LocalProgram = Environment.GetEnvironmentVariable("AIRSIDE_LOCAL_CLUSTER");
    private static readonly Dictionary<string, string> LocalVariables = new() { ["LOCAL_CLUSTER_DIR"] = LocalDirectory };
    private static readonly Lazy<Task<Kubernetes>> Running = new(StartAsync);

    private readonly Dictionary<string, string> _variables = [];

    // The assembly's fixture, which stops the cluster at the end.
    public Kubernetes()
    {
    }

    private Kubernetes(bool isLocal, string kubeconfig) => (IsLocal, _variables["KUBECONFIG"]) = (isLocal, kubeconfig);

    /// <summary>The address of a node, for ports of Services.</summary>
    public string NodeAddress { get; } = Environment.GetEnvironmentVariable("AIRSIDE_NODE_ADDRESS") ?? "127.0.0.1";

    /// <summary>Whether the cluster runs on this machine, so its volumes can be local folders.</summary>
    public bool IsLocal { get; }

    /// <summary>Returns the cluster with its images, and starts it on the first call. Skips the test if there is none.</summary>
    internal static async Task<(Kubernetes Cluster, Images Images)> StartedAsync() => (await Running.Value, await Images.BuiltAsync());

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Running is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await Running.Value).StopAsync();
        }
    }

    internal Task<(int ExitCode, string Output, string Errors)> HelmAsync(params string[] arguments) =>
        Tool.RunAsync(Helm.ProgramPath(), arguments, environment: _variables);

    /// <summary>Runs kubectl, which must succeed, and returns its output.</summary>
    internal Task<string> KubectlAsync(params string[] arguments) => Tool.EnsureAsync("kubectl", arguments, environment: _variables);

    /// <summary>Runs kubectl, whether it succeeds or not.</summary>
    internal Task<(int ExitCode, string Output, string Errors)> TryKubectlAsync(string input, params string[] arguments) =>
        Tool.RunAsync("kubectl", arguments, input, _variables);

    /// <summary>Creates or changes objects.</summary>
    internal Task ApplyAsync(string manifest) => Tool.EnsureAsync("kubectl", ["apply", "-f", "-"], manifest, _variables);

    /// <summary>Returns an object or a list of them.</summary>
    internal async Task<JsonElement> GetAsync(params string[] arguments) =>
        JsonSerializer.Deserialize<JsonElement>(await KubectlAsync(["get", "-o", "json", .. arguments]));

    /// <summary>Waits until the cluster reaches a state.</summary>
    internal static async Task UntilAsync(Func<Task<bool>> isReached, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await isReached())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"Waited in vain for {what}.");
            await Task.Delay(Look);
        }
    }

    private static async Task<Kubernetes> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } file)
        {
            Assert.SkipUnless(Images.AreNamed, "reason: KUBECONFIG names a cluster, but AIRSIDE_IMAGE, AIRSIDE_NEXT_IMAGE and "
                + "AIRSIDE_POSTGRES_IMAGE name no images for it");
            return new Kubernetes(isLocal: false, file);
        }

        Assert.SkipWhen(
            LocalProgram is null, "reason: KUBECONFIG names no cluster, and AIRSIDE_LOCAL_CLUSTER no program that starts one");

        // The cluster comes up while the images are built.
        var building = Images.BuiltAsync();
        await Tool.EnsureAsync(LocalProgram, ["start"], environment: LocalVariables);
        var kubeconfig = (await Tool.EnsureAsync(LocalProgram, ["kubeconfig"], environment: LocalVariables)).Trim();
        var cluster = new Kubernetes(isLocal: true, kubeconfig);
        try
        {
            var images = await building;
            await LoadAsync([images.Current, images.Next, images.Postgres]);
            return cluster;
        }
        catch
        {
            await cluster.StopAsync();
            throw;
        }
    }

    private async Task StopAsync()
    {
        if (IsLocal)
        {
            await Tool.EnsureAsync(LocalProgram!, ["stop"], environment: LocalVariables);
        }
    }

    private static async Task LoadAsync(string[] images)
    {
        var archive = Path.GetTempFileName();
        await Docker.RunAsync(["save", "--output", archive, .. images]);
        await Tool.EnsureAsync(LocalProgram!, ["load", archive], environment: LocalVariables);
        File.Delete(archive);
    }
}
