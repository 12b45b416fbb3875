namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>The restricted profile of Kubernetes' Pod Security Standards, and a read-only root.</summary>
internal static class PodSecurityPolicy
{
    private static readonly string[] VolumeKinds =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    public static IEnumerable<string> Pods(Release release)
    {
        foreach (var (owner, pod) in release.Pods)
        {
            string[] hostKeys = ["hostNetwork", "hostPID", "hostIPC"];
            foreach (var key in hostKeys.Where(key => pod.Text($"spec/{key}") == "true"))
            {
                yield return $"{owner} has {key}";
            }

            if (pod.Text("spec/securityContext/runAsNonRoot") != "true" || pod.Text("spec/securityContext/runAsUser") == "0")
            {
                yield return $"{owner} may run as root";
            }

            if (pod.Text("spec/securityContext/seccompProfile/type") != "RuntimeDefault")
            {
                yield return $"{owner} has no seccomp profile";
            }

            foreach (var volume in pod.Items("spec/volumes").Where(volume => !volume.Keys("").Any(VolumeKinds.Contains)))
            {
                yield return $"{owner} has the volume {volume.Text("name")} of a kind that is not allowed";
            }
        }
    }

    public static IEnumerable<string> Containers(Release release)
    {
        foreach (var (owner, container) in release.Containers)
        {
            var context = container.Part("securityContext");
            if (context.Text("allowPrivilegeEscalation") != "false" || context.Text("privileged") == "true")
            {
                yield return $"{owner} may gain privileges";
            }

            if (!context.Texts("capabilities/drop").SequenceEqual(["ALL"]) || context.Has("capabilities/add"))
            {
                yield return $"{owner} keeps capabilities";
            }

            if (context.Text("readOnlyRootFilesystem") != "true")
            {
                yield return $"{owner} can write its root file system";
            }

            if (context.Text("runAsUser") == "0" || context.Text("runAsNonRoot") == "false")
            {
                yield return $"{owner} may run as root";
            }

            foreach (var port in container.Items("ports").Where(port => port.Has("hostPort")))
            {
                yield return $"{owner} takes the port {port.Text("hostPort")} of its node";
            }
        }
    }

    public static IEnumerable<string> Tokens(Release release) =>
        from pod in release.Pods
        where pod.Pod.Text("spec/automountServiceAccountToken") != "false"
        select $"{pod.Owner} gets a token of the Kubernetes API";
}
