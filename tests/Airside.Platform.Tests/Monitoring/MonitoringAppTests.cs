using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Monitoring;

/// <summary>The charts that monitor a cluster: pinned, with readable values, and with facts that Terraform writes.</summary>
public sealed class MonitoringAppTests
{
    private const string Folder = "deploy/monitoring";

    private static readonly string[] Environments = ["dev", "test", "uat", "production"];
    private static readonly Regex Version = new("^[0-9]+[.][0-9]+[.][0-9]+$", RegexOptions.NonBacktracking);
    private static readonly Regex Fact = new("[.]facts[.](?<name>[a-z_]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly Manifest[] Apps = [.. MonitoringFiles.DocumentOf(Repository.PathOf($"{Folder}/apps.yaml")).Items("monitoring")];

    [Fact]
    public void What_watches_metrics_logs_and_traces_is_there() => Assert.Equal(
        ["alloy", "kube-prometheus-stack", "loki", "opentelemetry-collector", "tempo"],
        Apps.Select(app => app.Text("name")!).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_chart_is_pinned_and_has_its_place() => Assert.All(Apps, app =>
    {
        Assert.Matches(Version, app.Text("version"));
        Assert.StartsWith("https://", app.Text("repository"), StringComparison.Ordinal);
        Assert.Equal(app.Text("name"), app.Text("chart"));
        Assert.Equal("monitoring", app.Text("namespace"));
        Assert.NotNull(app.Number("wave"));
    });

    [Fact]
    public void Every_file_of_values_belongs_to_a_chart_and_to_an_environment()
    {
        var files = Apps.SelectMany(app => Directory.EnumerateFiles(Repository.PathOf($"{Folder}/{app.Text("name")}"))).ToArray();
        Assert.All(Apps, app => Assert.Contains(Repository.PathOf($"{Folder}/{app.Text("name")}/values.yaml"), files));
        Assert.All(files, file =>
        {
            Assert.Contains(Path.GetFileNameWithoutExtension(file), Environments.Append("values"));
            Assert.NotEmpty(MonitoringFiles.DocumentOf(file).Keys(""));
        });
    }

    [Fact]
    public void Facts_that_are_asked_for_are_written_by_Terraform()
    {
        var written = File.ReadAllText(Repository.PathOf("infra/platform/main.tf"));
        var asked = Apps.SelectMany(app => app.Map("parameters").Values)
            .SelectMany(value => Fact.Matches(value).Select(match => match.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains($"      {name} ", written, StringComparison.Ordinal));
    }

    [Fact]
    public void Grafana_has_TLS_and_a_login_that_is_generated()
    {
        var values = MonitoringFiles.DocumentOf(Repository.PathOf($"{Folder}/kube-prometheus-stack/values.yaml"));
        var secret = Assert.Single(values.Items("extraManifests"), one => one.Kind == "ExternalSecret");
        var generator = Assert.Single(values.Items("extraManifests"), one => one.Kind == "Password");

        Assert.Equal(secret.Text("spec/target/name"), values.Text("grafana/admin/existingSecret"));
        Assert.Equal(generator.Name, secret.Items("spec/dataFrom").Single().Text("sourceRef/generatorRef/name"));
        Assert.Equal(
            "[{\"HTTPS\": 443}]", values.Part("grafana/ingress").Map("annotations")["alb.ingress.kubernetes.io/listen-ports"]);
        Assert.Equal("false", values.Part("grafana/grafana.ini").Map("auth.anonymous")["enabled"]);
        Assert.False(values.Has("grafana/adminPassword"), "A password stands in the file.");
    }

    [Theory]
    [InlineData("dev")]
    [InlineData("test")]
    [InlineData("uat")]
    [InlineData("production")]
    public void The_service_of_an_environment_sends_to_the_collector_that_is_installed(string environment)
    {
        var values = MonitoringFiles.DocumentOf(Repository.PathOf($"deploy/environments/{environment}/values.yaml"));
        var collector = MonitoringFiles.DocumentOf(Repository.PathOf($"{Folder}/opentelemetry-collector/values.yaml"));
        Assert.Equal($"http://{collector.Text("fullnameOverride")}.monitoring.svc:4318", values.Text("telemetry/otlpEndpoint"));

        // The service sends nothing that the collector would drop.
        Assert.All(["metrics", "logs"], signal =>
        {
            Assert.Equal(["nop"], collector.Texts($"config/service/pipelines/{signal}/exporters"));
            Assert.Equal("false", values.Text($"telemetry/{signal}"));
        });
    }
}
