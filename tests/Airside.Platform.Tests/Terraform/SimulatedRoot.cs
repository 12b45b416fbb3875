using System.Collections.Concurrent;

namespace Airside.Platform.Tests.Terraform;

/// <summary>
/// A root that was planned and applied without an account, once in a run of the tests: the platform of an environment, or the bootstrap.
/// </summary>
/// <param name="Name">Name of the environment, or <c>bootstrap</c>.</param>
/// <param name="Folder">Folder that it was applied in, for a test that goes on from there.</param>
/// <param name="Plan">What the plan said, as JSON.</param>
/// <param name="State">What the state holds after the apply, as JSON.</param>
internal sealed record SimulatedRoot(string Name, string Folder, string Plan, string State)
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<SimulatedRoot>>> Roots = new();

    /// <summary>The resources of the plan.</summary>
    public Resource[] Planned { get; } = Resource.OfPlan(Plan);

    /// <summary>The resources of the state, in which every policy is written out.</summary>
    public Resource[] Applied { get; } = Resource.OfState(State);

    /// <summary>The settings of the root.</summary>
    public static string SettingsOf(string name) => name == "bootstrap" ? "account.tfvars" : $"environments/{name}.tfvars";

    /// <summary>Gives a root, simulated when it is asked for the first time.</summary>
    public static async Task<SimulatedRoot> OfAsync(string name)
    {
        await TerraformCommand.DemandSimulationAsync();
        return await Roots.GetOrAdd(name, root => new(() => SimulateAsync(root))).Value;
    }

    private static async Task<SimulatedRoot> SimulateAsync(string name)
    {
        var folder = Infrastructure.CopyRoot(name, name == "bootstrap" ? "bootstrap" : "platform");
        await TerraformCommand.RunAsync(folder, "init");
        await TerraformCommand.RunAsync(
            folder, "plan", $"-var-file={SettingsOf(name)}", "-out=the.tfplan");
        var plan = await TerraformCommand.RunAsync(folder, "show", "-json", "the.tfplan");
        await TerraformCommand.RunAsync(folder, "apply", "the.tfplan");
        var state = await TerraformCommand.RunAsync(folder, "show", "-json");
        return new SimulatedRoot(name, folder, JsonOf(plan), JsonOf(state));
    }

    private static string JsonOf(string output) => output.Split('\n').Single(line => line.StartsWith('{'));
}
