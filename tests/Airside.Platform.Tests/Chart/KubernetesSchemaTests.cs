using System.Text.Json;

namespace Airside.Platform.Tests.Chart;

/// <summary>
/// Every document of every set of values is valid against the schemas of its version of Kubernetes and has no unknown fields. Version 1.20
/// uses the schemas of 1.19, the closest that are published.
/// </summary>
[Trait("Category", "Tool")]
public sealed class KubernetesSchemaTests
{
    [Fact]
    public async Task Every_document_is_valid_on_every_version()
    {
        var renderings = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        foreach (var version in ValueSet.Versions)
        {
            renderings[version] = new(StringComparer.Ordinal);
            foreach (var set in ValueSet.All)
            {
                renderings[version][set.Name] = await Helm.RenderAsync(set, version);
            }
        }

        var (checkedCount, faults) = await ValidateAsync(renderings);
        Assert.Empty(faults);
        Assert.Equal(renderings.Values.SelectMany(sets => sets.Values).Sum(text => Manifest.Parse(text).Count), checkedCount);
    }

    [Fact]
    public async Task Every_document_that_is_not_valid_is_found()
    {
        (string Set, string Text, string Replacement, string Said)[] faults =
        [
            ("defaults", "replicas: 1", "replicas: one", "spec/replicas"),
            ("defaults", "replicas: 1", "replcas: 1", "spec/replcas is unknown"),
            ("defaults", "readOnly: true", "readonly: true", "/readonly is unknown"),
            ("defaults", "cpu: \"2\"", "cpu: []", "resources/limits/cpu"),
            ("defaults", "apiVersion: apps/v1", "apiVersion: apps/v9", "there is no Deployment of apps/v9"),
            ("rollout-keda", "maxReplicaCount: 10", "maxReplicas: 10", "spec/maxReplicas is unknown"),
            ("rollout-keda", "setWeight: 5", "setweight: 5", "setweight is unknown"),
            ("uat", "refreshInterval: 5m", "refreshInterval: 5", "spec/refreshInterval"),
            ("uat", "interval: 15s", "interval: soon", "interval"),
        ];
        var renderings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (set, text, replacement, _) in faults)
        {
            var rendering = await Helm.RenderAsync(ValueSet.Named(set), ValueSet.NewestVersion);
            Assert.Contains(text, rendering, StringComparison.Ordinal);
            renderings[$"{set} with {replacement}"] = rendering.Replace(text, replacement, StringComparison.Ordinal);
        }

        var (_, found) = await ValidateAsync(new(StringComparer.Ordinal) { [ValueSet.NewestVersion] = renderings });

        Assert.All(faults, fault => Assert.Contains(
            found,
            said => said.StartsWith($"{ValueSet.NewestVersion}, {fault.Set} with {fault.Replacement}, ", StringComparison.Ordinal)
                && said.Contains(fault.Said, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_version_does_not_know_is_found()
    {
        var newest = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["everything"] = await Helm.RenderAsync(ValueSet.Named("everything"), ValueSet.NewestVersion),
        };
        var (_, faults) = await ValidateAsync(new(StringComparer.Ordinal) { [ValueSet.Versions[0]] = newest });

        Assert.Contains(faults, fault => fault.EndsWith("there is no PodDisruptionBudget of policy/v1", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.EndsWith("lifecycle/preStop/sleep is unknown", StringComparison.Ordinal));
    }

    private static async Task<(int Checked, IReadOnlyList<string> Faults)> ValidateAsync(
        Dictionary<string, Dictionary<string, string>> renderings)
    {
        var answer = JsonDocument.Parse(await Tool.RunScriptAsync("validate.mjs", JsonSerializer.Serialize(renderings))).RootElement;
        return (
            answer.GetProperty("checked").GetInt32(),
            [.. answer.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString() ?? "")]);
    }
}
