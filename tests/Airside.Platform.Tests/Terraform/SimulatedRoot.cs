using System.Collections.Concurrent;

namespace Airside.Platform.Tests.Terraform;

/// <summary>
/// A root that was planned without an account, once in a run of the tests, and applied where a test asks for that: the platform of an
/// environment, or the bootstrap.
/// </summary>
/// <param name="Name">Name of the environment, or <c>bootstrap</c>.</param>
/// <param name="Folder">Folder that it is applied in, for a test that goes on from there.</param>
/// <param name="Plan">What the plan said, as JSON.</param>
internal sealed record SimulatedRoot(string Name, string Folder, string Plan)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<SimulatedRoot>>> Roots = new();

    private readonly Lazy<Task<Resource[]>> _applied = new(() => ApplyAsync(Folder));

    /// <summary>The resources of the plan.</summary>
    public Resource[] Planned { get; } = Resource.OfPlan(Plan);

    /// <summary>The settings of the root.</summary>
    public static string SettingsOf(string name) => name == "bootstrap" ? "account.tfvars" : $"environments/{name}.tfvars";

    /// <summary>Gives a root, simulated when it is asked for the first time.</summary>
    public static async Task<SimulatedRoot> OfAsync(string name)
    {
        await TerraformCommand.DemandSimulationAsync();
        return await Roots.GetOrAdd(name, root => new(() => SimulateAsync(root))).Value;
    }

    /// <summary>Applies the plan, the first time, and gives the resources of the state, in which every policy is written out.</summary>
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
