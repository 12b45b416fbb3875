namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>References between documents must match.</summary>
internal static class SelectorPolicies
{
    private const int NameLengthMax = 63;

    private static readonly (string Kind, string Path)[] PodSelectors =
    [
        ("Deployment", "spec/selector/matchLabels"), ("Rollout", "spec/selector/matchLabels"), ("Service", "spec/selector"),
        ("PodDisruptionBudget", "spec/selector/matchLabels"),
    ];

    /// <summary>Selectors match the Pods that serve, and no Pod of the migration or of a test.</summary>
    public static IEnumerable<string> Selectors(Release release)
    {
        var serving = release.Workload;
        var selectors =
            from kind in PodSelectors
            from document in release.OfKind(kind.Kind)
            select (Name: $"{kind.Kind}/{document.Name}", Selector: document.Map(kind.Path));
        var spreads =
            from constraint in serving.Items("spec/template/spec/topologySpreadConstraints")
            select (Name: $"the spread over {constraint.Text("topologyKey")}", Selector: constraint.Map("labelSelector/matchLabels"));
        foreach (var (name, selector) in selectors.Concat(spreads))
        {
            var selected = release.Pods.Where(pod => IsSelected(pod.Pod.Map("metadata/labels"), selector))
                .Select(pod => pod.Owner).ToArray();
            if (selector.Count == 0 || selected is not [var one] || one != $"{serving.Kind}/{serving.Name}")
            {
                yield return $"{name} selects {(selected.Length == 0 ? "nothing" : string.Join(", ", selected))}";
            }
        }

        foreach (var monitor in release.OfKind("ServiceMonitor"))
        {
            var selector = monitor.Map("spec/selector/matchLabels");
            if (!release.OfKind("Service").Any(service => IsSelected(service.Map("metadata/labels"), selector)))
            {
                yield return $"ServiceMonitor/{monitor.Name} selects no Service";
            }
        }
    }

    /// <summary>Everything referenced by name is in the release.</summary>
    public static IEnumerable<string> References(Release release)
    {
        IEnumerable<(Manifest From, string? Kind, string? Name)> wanted =
            (from scaler in release.OfKind("HorizontalPodAutoscaler").Concat(release.OfKind("ScaledObject"))
             select (From: scaler, Kind: scaler.Text("spec/scaleTargetRef/kind"), Name: scaler.Text("spec/scaleTargetRef/name")))
            .Concat(
                from route in release.OfKind("HTTPRoute")
                from rule in route.Items("spec/rules")
                from backend in rule.Items("backendRefs")
                select (From: route, Kind: (string?)"Service", Name: backend.Text("name")))
            .Concat(
                from ingress in release.OfKind("Ingress")
                from rule in ingress.Items("spec/rules")
                from path in rule.Items("http/paths")
                select (From: ingress, Kind: (string?)"Service", Name: path.Text("backend/service/name")))
            .Concat(
                from rollout in release.OfKind("Rollout")
                from template in rollout.Items("spec/strategy/canary/analysis/templates")
                select (From: rollout, Kind: (string?)"AnalysisTemplate", Name: template.Text("templateName")));
        return
            from reference in wanted
            where !release.OfKind(reference.Kind ?? "").Any(document => document.Name == reference.Name)
            select $"{reference.From.Kind}/{reference.From.Name} refers to {reference.Kind}/{reference.Name}, which is not there";
    }

    /// <summary>Names and labels are limited to the length of a DNS label.</summary>
    public static IEnumerable<string> Names(Release release)
    {
        foreach (var document in release.Documents)
        {
            var names = document.Map("metadata/labels").Values.Append(document.Name);
            foreach (var name in names.Where(name => name.Length > NameLengthMax))
            {
                yield return $"{document.Kind}/{document.Name} has the name or label {name} of {name.Length} characters";
            }
        }
    }

    private static bool IsSelected(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> selector) =>
        selector.All(wanted => labels.GetValueOrDefault(wanted.Key) == wanted.Value);
}
