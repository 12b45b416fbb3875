using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Delivery;

/// <summary>Each verb works by hand and reports what is missing.</summary>
[Trait("Category", "Slow")]
public sealed class VerbTests : IAsyncLifetime
{
    private Workplace _place = null!;

    public async ValueTask InitializeAsync() => _place = await Workplace.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_help_names_every_verb_and_no_other()
    {
        var help = await _place.BuildAsync("help");
        string[] named = [.. Regex.Matches(
            help, "^  (?<verb>[a-z]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["verb"].Value).Order(StringComparer.Ordinal)];
        string[] present = [.. Directory.EnumerateFiles(Repository.PathOf(".ci/verbs")).Select(Path.GetFileName)
            .Where(name => name is not "common.sh" and not "cost").Order(StringComparer.Ordinal)!];
        Assert.Equal(present, named);
    }

    [Theory]
    [InlineData("deploy")]
    [InlineData("common.sh")]
    [InlineData("../build")]
    public async Task An_unknown_verb_is_refused(string verb) =>
        Assert.Contains($"unknown verb: {verb}", await _place.RefusalAsync("version", verb), StringComparison.Ordinal);

    [Theory]
    [InlineData("scan", "trivy is not on this machine. Install Trivy")]
    [InlineData("publish", "skopeo is not on this machine. On Debian and Ubuntu: apt-get install skopeo")]
    [InlineData("sign", "cosign is not on this machine. Install Cosign")]
    [InlineData("plan dev", "terraform is not on this machine. Install Terraform")]
    [InlineData("drift dev", "terraform is not on this machine. Install Terraform")]
    [InlineData("apply dev", "terraform is not on this machine. Install Terraform")]
    [InlineData("lint", "shellcheck is not on this machine. On Debian and Ubuntu: apt-get install shellcheck")]
    [InlineData("sbom", "node is not on this machine. Install Node")]
    [InlineData("image", "docker is not on this machine. Install Docker")]
    [InlineData("build", "dotnet is not on this machine. Install the .NET SDK")]
    public async Task A_verb_without_its_tool_says_so_and_fails(string verb, string said)
    {
        // Only the tools of a bare machine.
        var tools = Directory.CreateDirectory(Path.Combine(_place.Tree, "artifacts/bare")).FullName;
        foreach (var name in new[] { "bash", "env", "git", "dirname", "basename", "sed", "cat", "rm", "mkdir", "grep" })
        {
            File.CreateSymbolicLink(Path.Combine(tools, name), $"/usr/bin/{name}");
        }

        await File.WriteAllTextAsync(Path.Combine(_place.Tree, "Dockerfile"), "ARG RUNTIME_IMAGE=x\n");
        await _place.CommitAsync("chore: a Dockerfile");
        var (exitCode, _, errors) = await _place.TryBuildAsync([$"PATH={tools}", "-u", "BUILDKIT_HOST"], verb.Split(' '));
        Assert.NotEqual(0, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan", "no image; build one with ./build image")]
    [InlineData("apply dev", "no plan for dev; create one with ./build plan dev")]
    [InlineData("plan staging", "unknown environment 'staging'")]
    [InlineData("rebuild latest", "AIRSIDE_SIGNER is not set")]
    public async Task A_verb_without_what_comes_before_it_says_so_and_fails(string verb, string said)
    {
        var tools = Directory.CreateDirectory(Path.Combine(_place.Tree, "artifacts/more")).FullName;
        foreach (var name in new[] { "trivy", "terraform", "cosign" })
        {
            File.CreateSymbolicLink(Path.Combine(tools, name), "/usr/bin/false");
        }

        var (exitCode, _, errors) = await _place.TryBuildAsync(
            [$"PATH={tools}:{Environment.GetEnvironmentVariable("PATH")}", "-u", "AIRSIDE_SIGNER"], verb.Split(' '));
        Assert.NotEqual(0, exitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_difference_in_cost_is_that_of_the_page()
    {
        var page = Path.Combine(_place.Tree, "docs/operate/cost.md");
        var cost = Path.Combine(_place.Tree, ".ci/verbs/cost");
        var (_, same, _) = await Chart.Tool.RunAsync(cost, ["production", "HEAD"]);
        Assert.StartsWith("The cost does not change: ", same, StringComparison.Ordinal);

        var text = await File.ReadAllTextAsync(page);
        var row = text.Split('\n').First(line => line.StartsWith("| NAT gateways ", StringComparison.Ordinal));
        var cells = row.Split('|');
        await File.WriteAllTextAsync(
            page, text.Replace(row, string.Join('|', [.. cells[..5], " 12.34 ", .. cells[6..]]), StringComparison.Ordinal));
        var (exitCode, changed, errors) = await Chart.Tool.RunAsync(cost, ["production", "HEAD"]);
        Assert.True(exitCode == 0, errors);
        Assert.Contains($"- NAT gateways={cells[5].Trim()}\n", changed, StringComparison.Ordinal);
        Assert.Contains("+ NAT gateways=12.34\n", changed, StringComparison.Ordinal);
        var unchanged = await Chart.Tool.RunAsync(cost, ["dev", "HEAD"]);
        Assert.StartsWith("The cost does not change: ", unchanged.Output, StringComparison.Ordinal);
    }
}
