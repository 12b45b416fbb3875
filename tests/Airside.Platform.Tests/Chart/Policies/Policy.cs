namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>A rule for releases. Returns a sentence for each breach.</summary>
internal delegate IEnumerable<string> Policy(Release release);

internal static class AllPolicies
{
    public static IReadOnlyDictionary<string, Policy> ByName { get; } = new Dictionary<string, Policy>(StringComparer.Ordinal)
    {
        ["pods are restricted"] = PodSecurityPolicy.Pods,
        ["containers are restricted"] = PodSecurityPolicy.Containers,
        ["no token is mounted"] = PodSecurityPolicy.Tokens,
        ["images are pinned"] = ContainerPolicies.Images,
        ["requests and limits are present"] = ContainerPolicies.Resources,
        ["probes differ"] = ContainerPolicies.Probes,
        ["no secret is readable"] = SecretPolicy.Secrets,
        ["selectors match"] = SelectorPolicies.Selectors,
        ["references are there"] = SelectorPolicies.References,
        ["names are short"] = SelectorPolicies.Names,
        ["nodes can be drained"] = AvailabilityPolicies.Budget,
        ["production has two Pods"] = AvailabilityPolicies.ProductionPods,
        ["the embedded store has one Pod"] = AvailabilityPolicies.Embedded,
        ["a Pod has time to drain"] = AvailabilityPolicies.Drain,
        ["all is denied first"] = NetworkPolicies.DenyAll,
        ["production is reached by HTTPS"] = NetworkPolicies.Encrypted,
    };
}
