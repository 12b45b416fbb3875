using Airside.Platform.Tests.Chart.Policies;

namespace Airside.Platform.Tests.Chart;

/// <summary>Every set of values satisfies every policy on every version of Kubernetes; each policy detects a breach.</summary>
[Trait("Category", "Tool")]
public sealed class PolicyTests
{
    /// <summary>A policy, a set of values, a text in its rendering, and a replacement that breaks the policy.</summary>
    public static TheoryData<string, string, string, string> Breaches => new()
    {
        { "pods are restricted", "defaults", "runAsNonRoot: true", "runAsNonRoot: false" },
        { "pods are restricted", "defaults", "runAsUser: 1654", "runAsUser: 0" },
        { "pods are restricted", "defaults", "type: RuntimeDefault", "type: Unconfined" },
        { "pods are restricted", "defaults", "enableServiceLinks: false", "hostNetwork: true" },
        { "pods are restricted", "defaults", "emptyDir:\n", "hostPath:\n" },
        { "containers are restricted", "defaults", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true" },
        { "containers are restricted", "defaults", "drop: [ALL]", "drop: [NET_RAW]" },
        { "containers are restricted", "defaults", "              drop: [ALL]", "              add: [KILL]\n              drop: [ALL]" },
        { "containers are restricted", "defaults", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false" },
        { "containers are restricted", "defaults", "            readOnlyRoot", "            runAsUser: 0\n            readOnlyRoot" },
        { "containers are restricted", "defaults", "containerPort: 8080", "containerPort: 8080\n              hostPort: 8080" },
        { "no token is mounted", "defaults", "      automountServiceAccountToken: false", "      automountServiceAccountToken: true" },
        { "images are pinned", "defaults", "image: airside:0.1.0", "image: airside:latest" },
        { "images are pinned", "defaults", "image: airside:0.1.0", "image: registry:5000/airside" },
        { "images are pinned", "production", "/airside@sha256:" + Zeros, "/airside:0.1.0" },
        { "requests and limits are present", "defaults", "memory: 256Mi", "ephemeral-storage: 1Gi" },
        { "requests and limits are present", "defaults", "cpu: 100m", "ephemeral-storage: 1Gi" },
        { "probes differ", "defaults", "path: /healthz", "path: /readyz" },
        { "probes differ", "defaults", "failureThreshold: 6", "failureThreshold: 0" },
        { "no secret is readable", "bare", "name: DB_USER", "name: DB_PASSWORD" },
        { "no secret is readable", "bare", "value: \"airside\"", "value: \"host=a;Password=b\"" },
        { "no secret is readable", "uat", "args: [migrate]", "args: [migrate, --DB_PASSWORD=b]" },
        { "no secret is readable", "uat", "\"title\": \"Airside: service\"", "\"title\": \"ak_b\"" },
        { "no secret is readable", "defaults", "kind: ServiceAccount", "kind: Secret" },
        { "selectors match", "test", "  maxUnavailable: 1\n  selector:\n    matchLabels:", "  selector:\n    matchLabels:\n      a: b" },
        { "selectors match", "defaults", "    app.kubernetes.io/component: service\n  ports:", "  ports:" },
        { "selectors match", "defaults", "  selector:\n    app.kubernetes.io/name: air", "  selector:\n    app.kubernetes.io/name: wat" },
        { "selectors match", "test", "component: migration", "component: service" },
        { "selectors match", "test", "kind: Service\n", "kind: Other\n" },
        { "references are there", "rollout-keda", "kind: Rollout\n    name: airside", "kind: Deployment\n    name: airside" },
        { "references are there", "rollout-keda", "templateName: airside", "templateName: other" },
        { "references are there", "everything", "backendRefs:\n        - name: airside", "backendRefs:\n        - name: other" },
        { "references are there", "nginx", "service:\n                name: airside", "service:\n                name: other" },
        { "names are short", "defaults", "name: airside-deny-all", $"name: airside-{new string('a', 56)}" },
        { "nodes can be drained", "test", "maxUnavailable: 1\n  selector", "maxUnavailable: 0\n  selector" },
        { "nodes can be drained", "test", "maxUnavailable: 1\n  selector", "minAvailable: 2\n  selector" },
        { "nodes can be drained", "test", "maxUnavailable: 1\n  selector", "minAvailable: 51%\n  selector" },
        { "nodes can be drained", "test", "maxUnavailable: 1\n  selector", "maxUnavailable: 1\n  minAvailable: 1\n  selector" },
        { "nodes can be drained", "test", "kind: PodDisruptionBudget", "kind: Other" },
        { "production has two Pods", "production", "minReplicas: 3", "minReplicas: 1" },
        { "the embedded store has one Pod", "embedded", "replicas: 1", "replicas: 2" },
        { "the embedded store has one Pod", "embedded", "type: Recreate", "type: RollingUpdate" },
        { "the embedded store has one Pod", "embedded", "helm.sh/resource-policy: keep", "a: b" },
        { "a Pod has time to drain", "defaults", "terminationGracePeriodSeconds: 40", "terminationGracePeriodSeconds: 30" },
        { "a Pod has time to drain", "uat", "timeout_seconds=16", "timeout_seconds=300" },
        { "all is denied first", "defaults", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress]" },
        { "all is denied first", "defaults", "policyTypes: [Ingress, Egress]", "policyTypes: [Ingress, Egress]\n  egress: [{}]" },
        { "production is reached by HTTPS", "production", "ssl-redirect: \"443\"", "ssl-redirect: \"80\"" },
        { "production is reached by HTTPS", "production", "alb.ingress.kubernetes.io/certificate-arn:", "a/b:" },
    };

    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [MemberData(nameof(ValueSet.Names), MemberType = typeof(ValueSet))]
    public async Task A_release_keeps_every_policy(string name)
    {
        foreach (var version in ValueSet.Versions)
        {
            var release = Release.Parse(await Helm.RenderAsync(ValueSet.Named(name), version));
            Assert.NotEmpty(release.Documents);
            Assert.Empty(
                from policy in AllPolicies.ByName
                from breach in policy.Value(release)
                select $"{version}, {policy.Key}: {breach}");
        }
    }

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task A_breach_is_found(string policy, string set, string text, string replacement)
    {
        var rendering = await Helm.RenderAsync(ValueSet.Named(set), ValueSet.NewestVersion);
        Assert.Contains(text, rendering, StringComparison.Ordinal);
        var broken = Release.Parse(rendering.Replace(text, replacement, StringComparison.Ordinal));

        Assert.NotEmpty(AllPolicies.ByName[policy](broken));
    }

    [Fact]
    public void Every_policy_has_a_breach_that_it_finds() => Assert.Equal(
        AllPolicies.ByName.Keys.Order(StringComparer.Ordinal),
        Breaches.Select(breach => breach.Data.Item1).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_long_name_of_a_release_leaves_room_for_every_suffix()
    {
        var name = new string('a', 53);
        var rendering = await Helm.RenderNamedAsync(name, ValueSet.Named("production").Arguments);
        Assert.Empty(SelectorPolicies.Names(Release.Parse(rendering)));
        Assert.Empty(SelectorPolicies.Selectors(Release.Parse(rendering)));
    }
}
