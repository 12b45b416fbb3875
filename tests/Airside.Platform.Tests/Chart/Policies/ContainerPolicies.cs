namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>What every container must have.</summary>
internal static class ContainerPolicies
{
    public static IEnumerable<string> Images(Release release)
    {
        foreach (var (owner, container) in release.Containers)
        {
            var image = container.Text("image") ?? "";
            var name = image[(image.LastIndexOf('/') + 1)..];
            var isDigest = name.Contains("@sha256:", StringComparison.Ordinal);
            if (name.EndsWith(":latest", StringComparison.Ordinal) || (!isDigest && !name.Contains(':', StringComparison.Ordinal)))
            {
                yield return $"{owner} has the image {image}, which may be another one tomorrow";
            }
            else if (release.IsProduction && !isDigest)
            {
                yield return $"{owner} has the image {image} in production, without a digest";
            }
        }
    }

    public static IEnumerable<string> Resources(Release release)
    {
        string[] wanted = ["requests/cpu", "requests/memory", "limits/cpu", "limits/memory"];
        return
            from container in release.Containers
            from path in wanted
            where string.IsNullOrEmpty(container.Container.Text($"resources/{path}"))
            select $"{container.Owner} has no {path}";
    }

    /// <summary>A liveness probe that checks the store would restart every Pod when the store is down.</summary>
    public static IEnumerable<string> Probes(Release release)
    {
        var container = release.Workload.Items("spec/template/spec/containers").First();
        string?[] paths = [.. new[] { "startup", "liveness", "readiness" }.Select(kind => container.Text($"{kind}Probe/httpGet/path"))];
        if (paths is not ["/healthz", "/healthz", "/readyz"])
        {
            yield return $"the probes ask {string.Join(", ", paths)}";
        }

        if (container.Number("livenessProbe/failureThreshold") * container.Number("livenessProbe/periodSeconds")
            <= container.Number("readinessProbe/failureThreshold") * container.Number("readinessProbe/periodSeconds"))
        {
            yield return "a Pod is restarted before it is taken out of traffic";
        }
    }
}
