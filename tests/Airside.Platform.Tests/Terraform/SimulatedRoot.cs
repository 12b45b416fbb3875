using System.Collections.Concurrent;

namespace Airside.Platform.Tests.Terraform;

/// <summary>
/// A root planned without an account, once per test run, and applied if a test needs it: the platform of an environment, or the bootstrap.
/// </summary>
/// <param name="Name">Name of the environment, or <c>bootstrap</c>.</param>
/// <param name="Folder">Folder of the root, for a test that continues after the apply.</param>
/// <param name="Plan">The plan as JSON.</param>
internal sealed record SimulatedRoot(string Name, string Folder, string Plan)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<SimulatedRoot>>> Roots = new();

    private readonly Lazy<Task<Resource[]>> _applied = new(() => ApplyAsync(Folder));

    public Resource[] Planned { get; } = Resource.OfPlan(Plan);

    /// <summary>Returns a root's settings file.</summary>
    public static string SettingsOf(string name) => name == "bootstrap" ? "account.tfvars" : $"environments/{name}.tfvars";

    /// <summary>Returns a root, simulated on first use.</summary>
    public static async Task<SimulatedRoot> OfAsync(string name)
    {
        await TerraformCommand.EnsureSimulationAsync();
        return await Roots.GetOrAdd(name, root => new(() => SimulateAsync(root))).Value;
    }

    /// <summary>Applies the plan on the first call and returns the resources of the state, where every policy is resolved.</summary>
    public Task<Resource[]> AppliedAsync() => _applied.Value;

    private static async Task<SimulatedRoot> SimulateAsync(string name)
    {
        var folder = Infrastructure.CopyRoot(name, name == "bootstrap" ? "bootstrap" : "platform");
        await TerraformCommand.RunAsync(folder, "init");
        await TerraformCommand.RunAsync(
            folder, "plan", $"-var-file={SettingsOf(name)}", "-out=the.tfplan");
        var plan = await TerraformCommand.RunAsync(folder, "show", "-json", "the.tfplan");
        return new SimulatedRoot(name, folder, JsonOf(plan));
    }

    private static async Task<Resource[]> ApplyAsync(string folder)
    {
        await TerraformCommand.RunAsync(folder, "apply", "the.tfplan");
        return Resource.OfState(JsonOf(await TerraformCommand.RunAsync(folder, "show", "-json")));
    }

    private static string JsonOf(string output) => output.Split('\n').Single(line => line.StartsWith('{'));
}
