namespace Airside.Platform.Tests.Chart;

/// <summary>What one rendering installs in a cluster.</summary>
/// <param name="Documents">Its documents.</param>
internal sealed record Release(IReadOnlyList<Manifest> Documents)
{
    /// <summary>Kinds that run Pods, with the Pod's path in the document.</summary>
    private static readonly Dictionary<string, string> PodPaths = new(StringComparer.Ordinal)
    {
        ["Pod"] = "", ["Deployment"] = "spec/template", ["Rollout"] = "spec/template", ["Job"] = "spec/template",
    };

    /// <summary>Every Pod, with the name of its owner.</summary>
    public IEnumerable<(string Owner, Manifest Pod)> Pods =>
        from document in Documents
        where PodPaths.ContainsKey(document.Kind)
        select ($"{document.Kind}/{document.Name}", document.Part(PodPaths[document.Kind]));

    /// <summary>Every container, with its name and its Pod's owner.</summary>
    public IEnumerable<(string Owner, Manifest Container)> Containers =>
        from pod in Pods
        from container in pod.Pod.Items("spec/initContainers").Concat(pod.Pod.Items("spec/containers"))
        select ($"{pod.Owner}/{container.Text("name")}", container);

    /// <summary>The Deployment, or the Rollout that replaces it.</summary>
    public Manifest Workload => Documents.Single(document => document.Kind is "Deployment" or "Rollout");

    public bool IsProduction => Workload.Map("metadata/labels").GetValueOrDefault("airside/environment") == "production";

    /// <summary>The minimum number of Pods that serve.</summary>
    public double LeastPods
    {
        get
        {
            var scaler = OfKind("HorizontalPodAutoscaler").Concat(OfKind("ScaledObject")).SingleOrDefault();
            return scaler is null
                ? Workload.Number("spec/replicas") ?? 1
                : scaler.Number("spec/minReplicas") ?? scaler.Number("spec/minReplicaCount") ?? 0;
        }
    }

    public IEnumerable<Manifest> OfKind(string kind) => Documents.Where(document => document.Kind == kind);

    public static Release Parse(string yaml) => new(Manifest.Parse(yaml));
}
