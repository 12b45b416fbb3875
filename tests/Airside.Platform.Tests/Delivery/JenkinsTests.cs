using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>Jenkins does what the GitHub workflows do, without Docker and without manual setup.</summary>
public sealed class JenkinsTests
{
    private static readonly string[] Order = ["ci", "release", "promote", "rollback", "infrastructure", "drift", "nightly", "rebuild"];

    [Fact]
    [Trait("Category", "Tool")]
    public async Task Both_pipelines_have_the_same_stages_in_the_same_order_that_call_the_same_verbs_and_a_difference_is_found()
    {
        (string Text, string Replacement)[] changes =
        [
            ("./build scan", "./build sbom"), ("stage('Scan')", "stage('Look')"), ("sh './build build'", "sh 'dotnet build'"),
            ("./build promote registry dev", "./build promote registry test"),
        ];
        var jenkinsfile = await File.ReadAllTextAsync(Repository.PathOf("Jenkinsfile"));
        var folder = Directory.CreateTempSubdirectory("airside-jenkins-").FullName;
        foreach (var (index, change) in changes.Index())
        {
            Assert.Contains(change.Text, jenkinsfile, StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"{index}"), jenkinsfile.Replace(change.Text, change.Replacement, StringComparison.Ordinal));
        }

        // Groovy starts slowly, so one run reads all files.
        var changed = changes.Index().Select(change => Path.Combine(folder, $"{change.Index}"));
        var pipelines = await Pipelines.JenkinsStagesAsync([Repository.PathOf("Jenkinsfile"), .. changed]);
        Directory.Delete(folder, recursive: true);

        Assert.Equal(Order.SelectMany(Pipelines.StagesOf), pipelines[0]);
        Assert.Equal(Order.Order(StringComparer.Ordinal), Pipelines.WorkflowNames);
        Assert.True(pipelines[0].Count > 20, "There are fewer stages than there were.");
        Assert.Equal(changes.Length, pipelines.Count - 1);
        Assert.All(pipelines.Skip(1), stages => Assert.NotEqual(pipelines[0], stages));
    }

    [Fact]
    public void The_Pod_has_no_socket_of_Docker_and_no_privilege()
    {
        var pod = Pipelines.Read("deploy/jenkins/pod.yaml");
        Assert.DoesNotContain(pod.Scalars, text => text.Contains("docker.sock", StringComparison.Ordinal));
        Assert.DoesNotContain(pod.Items("spec/volumes"), volume => volume.Has("hostPath"));
        Assert.DoesNotContain(pod.Items("spec/containers"), container => container.Text("securityContext/privileged") != "false");
        Assert.Equal("false", pod.Text("spec/automountServiceAccountToken"));

        var buildkit = pod.Items("spec/containers").Single(container => container.Text("name") == "buildkit");
        Assert.Contains("-rootless@sha256:", buildkit.Text("image"), StringComparison.Ordinal);
        Assert.Equal("true", buildkit.Text("securityContext/runAsNonRoot"));
        Assert.DoesNotContain(pod.Scalars, text => text.EndsWith(":latest", StringComparison.Ordinal));

        // The SDK is the one that builds the image.
        var sdk = File.ReadLines(Repository.PathOf("Dockerfile"))
            .Single(line => line.StartsWith("ARG SDK_IMAGE=", StringComparison.Ordinal));
        Assert.Equal(
            sdk["ARG SDK_IMAGE=".Length..], pod.Items("spec/containers").Single(container => container.Text("name") == "build")
                .Text("image"));
    }

    [Fact]
    [Trait("Category", "Tool")]
    public async Task Jenkins_is_code_with_pinned_plugins_a_login_and_no_secret()
    {
        var values = Pipelines.Read("deploy/jenkins/values.yaml");
        string[] plugins = [.. values.Texts("controller/installPlugins")];
        Assert.NotEmpty(plugins);
        Assert.All(plugins, plugin => Assert.Matches("^[a-z-]+:[0-9][A-Za-z0-9_.]+$", plugin));
        Assert.Equal("false", values.Text("controller/installLatestPlugins"));
        Assert.Equal("0", values.Text("controller/numExecutors"));
        Assert.Equal("true", values.Text("controller/JCasC/overwriteConfiguration"));
        Assert.StartsWith("oic:", values.Text("controller/JCasC/securityRealm"), StringComparison.Ordinal);
        Assert.DoesNotContain("anonymous", values.Text("controller/JCasC/authorizationStrategy"), StringComparison.Ordinal);

        // External Secrets provides every named secret.
        string[] secrets = [.. values.Items("controller/additionalExistingSecrets").Select(secret => secret.Text("name") ?? "").Distinct()];
        Assert.Equal(secrets, values.Items("extraObjects").Select(made => made.Name));
        Assert.All(values.Items("extraObjects"), made => Assert.Equal("ExternalSecret", made.Kind));

        var job = values.Text("controller/JCasC/configScripts/jobs")!;
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, new Manifest(Parse(job)).Items("jobs").Single().Text("script"));
        await Pipelines.RunGroovyAsync("parse.groovy", script);
        Assert.All(Order.Skip(2), run => Assert.Contains($"name: '{run}'", job, StringComparison.Ordinal));
        File.Delete(script);
    }

    private static YamlDotNet.RepresentationModel.YamlNode Parse(string yaml)
    {
        var stream = new YamlDotNet.RepresentationModel.YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Single().RootNode;
    }
}
