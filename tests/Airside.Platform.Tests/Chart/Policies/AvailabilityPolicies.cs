using System.Globalization;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Chart.Policies;

/// <summary>Enough Pods, and time for each to stop cleanly.</summary>
internal static class AvailabilityPolicies
{
    /// <summary>The share of the drain time in which a Pod still serves; see DrainLifetime.</summary>
    private const double ServingShare = 0.55;

    private static readonly Regex DeregistrationDelay =
        new(@"deregistration_delay\.timeout_seconds=(?<seconds>[0-9]+)", RegexOptions.NonBacktracking);

    public static IEnumerable<string> Budget(Release release)
    {
        foreach (var budget in release.OfKind("PodDisruptionBudget"))
        {
            var (least, most) = (budget.Text("spec/minAvailable"), budget.Text("spec/maxUnavailable"));
            if (least is null == most is null)
            {
                yield return "the budget has not exactly one of minAvailable and maxUnavailable";
            }
            else if (release.LeastPods - CountOf(least ?? "0", release.LeastPods) < 1 || CountOf(most ?? "1", release.LeastPods) < 1)
            {
                yield return $"no node can be drained: {least ?? most} of {release.LeastPods} Pods";
            }
        }

        if (release.LeastPods >= 2 && !release.OfKind("PodDisruptionBudget").Any())
        {
            yield return "all Pods may be evicted at once";
        }
    }

    public static IEnumerable<string> ProductionPods(Release release)
    {
        if (release.IsProduction && release.LeastPods < 2)
        {
            yield return $"production has {release.LeastPods} Pods at times";
        }
    }

    public static IEnumerable<string> Embedded(Release release)
    {
        var isEmbedded = release.Workload.Items("spec/template/spec/volumes").Any(volume => volume.Has("persistentVolumeClaim"));
        if (!isEmbedded)
        {
            yield break;
        }

        if (release.Workload.Text("spec/replicas") != "1" || release.Workload.Text("spec/strategy/type") != "Recreate")
        {
            yield return "the embedded store may be opened by two Pods";
        }

        foreach (var claim in release.OfKind("PersistentVolumeClaim"))
        {
            if (claim.Map("metadata/annotations").GetValueOrDefault("helm.sh/resource-policy") != "keep")
            {
                yield return "the data goes when the release is uninstalled";
            }
        }
    }

    /// <summary>A Pod serves until the load balancer has deregistered it, and is killed only after its drain.</summary>
    public static IEnumerable<string> Drain(Release release)
    {
        var pod = release.Workload.Part("spec/template/spec");
        var container = pod.Items("containers").First();
        var drain = container.Items("env").Where(variable => variable.Text("name") == "Airside__DrainSeconds")
            .Select(variable => variable.Number("value")).SingleOrDefault() ?? 0;
        var sleep = container.Number("lifecycle/preStop/sleep/seconds") ?? 0;
        if (pod.Number("terminationGracePeriodSeconds") <= sleep + drain)
        {
            yield return $"a Pod is killed after {pod.Text("terminationGracePeriodSeconds")} s, within its drain of {sleep + drain} s";
        }

        foreach (var annotations in release.OfKind("Ingress").Select(ingress => ingress.Map("metadata/annotations")))
        {
            var match = DeregistrationDelay.Match(annotations.GetValueOrDefault("alb.ingress.kubernetes.io/target-group-attributes") ?? "");
            var delay = match.Success ? double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture) : 0;
            if (delay > drain * ServingShare)
            {
                yield return $"the load balancer sends requests for {delay} s, a Pod serves for {drain * ServingShare} s";
            }
        }
    }

    private static double CountOf(string countOrPercentage, double pods) => countOrPercentage.EndsWith('%')
        ? Math.Ceiling(double.Parse(countOrPercentage[..^1], CultureInfo.InvariantCulture) / 100 * pods)
        : double.Parse(countOrPercentage, CultureInfo.InvariantCulture);
}
