using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>Only a release changes an environment, and every fact about the account comes from Terraform.</summary>
[Trait("Category", "Tool")]
public sealed class ReleaseOnlyTests(Rendering rendering) : IClassFixture<Rendering>
{
    private static readonly Regex Fact =
        new("([.]metadata[.]annotations|[.]Values[.]facts|[$]facts)[.](?<name>[a-z_]+)",
            RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    public static TheoryData<string> Environments => [.. Rendering.Environments];

    [Theory]
    [MemberData(nameof(Environments))]
    public void All_that_is_installed_from_this_repository_is_of_the_commit_of_the_release(string environment)
    {
        Rendering.Ensure();
        var facts = Pipelines.Read(".ci/facts.yaml");
        var own = rendering.ApplicationsOf(environment)
            .SelectMany(application => application.Has("spec/sources")
                ? application.Items("spec/sources") : [application.Part("spec/source")])
            .Where(source => source.Text("repoURL") == facts.Text("facts/repository_url")).ToArray();
        Assert.Equal(rendering.ApplicationsOf(environment).Count, own.Length);
        Assert.All(own, source => Assert.Matches("^[0-9a-f]{40}$", source.Text("targetRevision")));

        var service = rendering.ApplicationsOf(environment).Single(application => application.Name == "airside");
        Assert.Matches("^sha256:[0-9a-f]{64}$", service.Text("spec/source/helm/valuesObject/image/digest"));
        Assert.Equal([$"/deploy/environments/{environment}/values.yaml"], service.Texts("spec/source/helm/valueFiles"));
        var containers = Release.Parse(rendering.Files[$"{environment}/airside.yaml"]).Containers;
        Assert.All(containers,
            container => Assert.Contains("/airside@sha256:", container.Container.Text("image"), StringComparison.Ordinal));
    }

    [Fact]
    public void Main_reaches_an_environment_by_the_file_of_its_release_alone()
    {
        Rendering.Ensure();
        var set = rendering.Root.Single(document => document.Kind == "ApplicationSet");
        var generators = set.Items("spec/generators").Single().Items("matrix/generators").ToArray();
        Assert.Equal("environment", generators[0].Items("clusters/selector/matchExpressions").Single().Text("key"));
        Assert.Equal("main", generators[1].Text("git/revision"));
        Assert.Equal(
            ["deploy/environments/{{ .metadata.labels.environment }}/release.yaml"],
            generators[1].Items("git/files").Select(file => file.Text("path")));
        Assert.Equal("{{ .commit }}", set.Text("spec/template/spec/source/targetRevision"));

        // The root above it is pinned to a version too; an approved Terraform apply changes it.
        Assert.Equal(["AppProject", "ApplicationSet"], rendering.Root.Select(document => document.Kind).Distinct()
            .Order(StringComparer.Ordinal));
        foreach (var environment in new[] { "test", "uat", "production" })
        {
            var settings = File.ReadAllText(Repository.PathOf($"infra/platform/environments/{environment}.tfvars"));
            Assert.Matches("(?m)^revision *= \"v[0-9]+[.][0-9]+[.][0-9]+\"$", settings);
        }
    }

    [Fact]
    public void The_default_project_allows_nothing_and_that_of_applications_only_applications()
    {
        Rendering.Ensure();
        var nothing = rendering.Root.Single(document => document is { Kind: "AppProject", Name: "default" });
        Assert.Empty(nothing.Items("spec/sourceRepos"));
        Assert.Empty(nothing.Items("spec/destinations"));

        var applications = rendering.Root.Single(document => document is { Kind: "AppProject", Name: "applications" });
        Assert.Empty(applications.Items("spec/clusterResourceWhitelist"));
        Assert.Equal(["AppProject", "Application"], applications.Items("spec/namespaceResourceWhitelist")
            .Select(kind => kind.Text("kind")));
        Assert.Equal(["argocd"], applications.Items("spec/destinations").Select(place => place.Text("namespace")));
    }

    [Fact]
    public void Every_fact_that_is_read_is_one_that_Terraform_writes()
    {
        var platform = File.ReadAllText(Repository.PathOf("infra/platform/main.tf"));
        var gitops = platform[platform.IndexOf("module \"gitops\"", StringComparison.Ordinal)..];
        string[] written = [.. Regex.Matches(
            gitops, "(?m)^ *(?:[{] for table in .*[{] )?(?<name>[a-z_]+) += |[{] (?<name>table_name) =", RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["name"].Value)];
        string[] read = [.. Directory.EnumerateFiles(Repository.PathOf("deploy/argocd"), "*.*", SearchOption.AllDirectories)
            .Append(Repository.PathOf("deploy/monitoring/apps.yaml"))
            .SelectMany(file => Fact.Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value)
                .Distinct(StringComparer.Ordinal)];
        Assert.True(read.Length > 10, "Fewer facts are read than there were.");
        Assert.All(read, name => Assert.Contains(name, written));

        // Rendering uses the same facts, and the labels in selectors exist.
        Assert.All(Pipelines.Read(".ci/facts.yaml").Keys("facts"), name => Assert.Contains(name, written));
        Assert.All(read, name => Assert.Contains(name, Pipelines.Read(".ci/facts.yaml").Keys("facts")));
        Assert.All(new[] { "environment", "stack", "store" }, label => Assert.Matches($"(?s)labels = [{{][^}}]*\\b{label} +=", gitops));
    }

    [Fact]
    public void Production_gets_a_canary_that_is_measured_and_taken_back()
    {
        Rendering.Ensure();
        var documents = rendering.From("production/airside.yaml");
        var rollout = documents.Single(document => document.Kind == "Rollout");
        Assert.DoesNotContain(documents, document => document.Kind == "Deployment");
        var weights = rollout.Items("spec/strategy/canary/steps").Select(step => step.Number("setWeight"))
            .Where(weight => weight is not null).ToArray();
        Assert.True(weights.Length >= 2 && weights[0] <= 10, "The first share is small, and there is a second one.");
        Assert.Equal(weights.Order(), weights);
        Assert.Equal("airside", rollout.Items("spec/strategy/canary/analysis/templates").Single().Text("templateName"));

        var metrics = documents.Single(document => document.Kind == "AnalysisTemplate").Items("spec/metrics").ToDictionary(
            metric => metric.Text("name")!, metric => metric, StringComparer.Ordinal);
        Assert.Equal(["latency", "success-rate"], metrics.Keys.Order(StringComparer.Ordinal));
        Assert.EndsWith(">= 0.9995", metrics["success-rate"].Text("successCondition"), StringComparison.Ordinal);
        Assert.EndsWith("<= 0.25", metrics["latency"].Text("successCondition"), StringComparison.Ordinal);
        Assert.All(metrics.Values,
            metric => Assert.True(metric.Number("failureLimit") <= 1, "One bad look may be chance, a second one ends the canary."));

        // The canary lasts longer than the window of the rates that judge it.
        Assert.True(rollout.Items("spec/strategy/canary/steps").Sum(step => step.Number("pause/duration") ?? 0) >= 600);
        Assert.DoesNotContain(rendering.From("dev/airside.yaml"), document => document.Kind == "Rollout");
    }
}
