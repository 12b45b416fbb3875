namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>What may talk to what.</summary>
internal static class NetworkPolicies
{
    /// <summary>One policy selects every Pod of the release, covers both directions and allows nothing.</summary>
    public static IEnumerable<string> DenyAll(Release release)
    {
        var denying = release.OfKind("NetworkPolicy").Where(policy =>
            policy.Texts("spec/policyTypes").Order(StringComparer.Ordinal).SequenceEqual(["Egress", "Ingress"])
            && !policy.Items("spec/ingress").Any() && !policy.Items("spec/egress").Any()).ToArray();
        return
            from pod in release.Pods
            let labels = pod.Pod.Map("metadata/labels")
            let isDenied = denying.Any(policy => policy.Map("spec/podSelector/matchLabels").All(
                wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value))
            where !isDenied
            select $"{pod.Owner} may talk to everything";
    }

    public static IEnumerable<string> Encrypted(Release release)
    {
        foreach (var ingress in release.OfKind("Ingress").Where(_ => release.IsProduction))
        {
            var annotations = ingress.Map("metadata/annotations");
            if (!ingress.Has("spec/tls") && !(annotations.ContainsKey("alb.ingress.kubernetes.io/certificate-arn")
                && annotations.GetValueOrDefault("alb.ingress.kubernetes.io/ssl-redirect") == "443"))
            {
                yield return $"Ingress/{ingress.Name} takes requests that are not encrypted";
            }
        }
    }
}
