namespace Airside.Platform.Tests.Delivery;

/// <summary>
/// Two releases go from commit to production and one goes back, with a bare repository, a real registry and only the verbs. A git merge
/// replaces the merge on the code host.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class TrailTests(ITestOutputHelper output)
{
    private static readonly string[] Environments = ["dev", "test", "uat", "production"];

    [Fact]
    public async Task A_release_goes_from_its_commit_to_production_and_back()
    {
        await using var registry = await LocalRegistry.StartAsync();
        using var place = await Workplace.CreateAsync();

        var first = await ReleaseAsync(place, registry, "0.1.0");
        await ToProductionAsync(place);
        Assert.All(Environments, name => Assert.Equal(first, place.DigestOf(name)));

        await place.CommitAsync("fix(ledger): no count twice");
        var second = await ReleaseAsync(place, registry, "0.1.1");
        Assert.NotEqual(first, second);
        Assert.Equal((second, first), (place.DigestOf("dev"), place.DigestOf("production")));
        await ToProductionAsync(place);
        Assert.All(Environments, name => Assert.Equal(second, place.DigestOf(name)));

        await place.BuildAsync("rollback", "production");
        await MergeOfferAsync(place);
        Assert.Equal((second, first), (place.DigestOf("uat"), place.DigestOf("production")));

        var trail = await place.BuildAsync("trail");
        output.WriteLine(trail);
        Assert.Matches($@"production\s+0\.1\.0\s+{first}", trail);
        Assert.Matches($@"uat\s+0\.1\.1\s+{second}", trail);
        string[] subjects = [.. trail.Split('\n').Where(line => line.Contains("release(", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("release(", StringComparison.Ordinal)..])];
        Assert.Equal(
            [
                "release(production): back to 0.1.0",
                "release(production): 0.1.1", "release(uat): 0.1.1", "release(test): 0.1.1", "release(dev): 0.1.1",
                "release(production): 0.1.0", "release(uat): 0.1.0", "release(test): 0.1.0", "release(dev): 0.1.0",
            ],
            subjects);
        Assert.Equal(await place.GitAsync("rev-parse", "main"), await place.GitAsync("ls-remote", "origin", "refs/heads/main").FirstWord());
    }

    [Fact]
    public async Task An_image_of_another_commit_is_not_published()
    {
        using var place = await Workplace.CreateAsync();
        await SmallImage.WriteAsync(Path.Combine(place.Tree, "artifacts/image"), "0.1.0", await place.GitAsync("rev-parse", "HEAD"));
        await place.CommitAsync("fix: later");

        var (exitCode, _, errors) = await place.TryBuildAsync(["AIRSIDE_REGISTRY=127.0.0.1:1"], "publish");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("build one from this commit", errors, StringComparison.Ordinal);
    }

    /// <summary>Releases a commit of main like the pipeline, but with a small image and no signature, which needs the network.</summary>
    private static async Task<string> ReleaseAsync(Workplace place, LocalRegistry registry, string version)
    {
        Assert.Equal(version, await place.BuildAsync("version"));
        var commit = await place.GitAsync("rev-parse", "HEAD");
        var built = await SmallImage.WriteAsync(Path.Combine(place.Tree, "artifacts/image"), version, commit);

        var (exitCode, output, errors) = await place.TryBuildAsync(
            [$"AIRSIDE_REGISTRY={registry.Host}", "AIRSIDE_REGISTRY_TLS=false"], "publish");
        Assert.True(exitCode == 0, errors + output);
        Assert.Equal(built, (await registry.ManifestAsync("airside", version)).Digest);
        Assert.Equal(built, (await registry.ManifestAsync("airside", commit)).Digest);
        Assert.Contains(
            "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
            (await registry.ManifestAsync("charts/airside", version)).Manifest,
            StringComparison.Ordinal);

        Assert.Equal($"v{version}", await place.BuildAsync("tag"));
        await place.BuildAsync("promote", "registry", "dev");
        await MergeOfferAsync(place);
        Assert.Equal(built, place.DigestOf("dev"));
        return built;
    }

    private static async Task ToProductionAsync(Workplace place)
    {
        foreach (var (from, to) in Environments.Zip(Environments.Skip(1)))
        {
            await place.BuildAsync("promote", from, to);
            await MergeOfferAsync(place);
            Assert.Equal(place.DigestOf(from), place.DigestOf(to));
        }
    }

    /// <summary>Proposes the last commit as a branch, and merges it into main as the code host does.</summary>
    private static async Task MergeOfferAsync(Workplace place)
    {
        var offered = await place.BuildAsync("propose");
        var branch = offered[..offered.IndexOf(':', StringComparison.Ordinal)];
        await place.GitAsync("fetch", "--quiet", "origin");
        await place.GitAsync("checkout", "--quiet", "-B", "main", "origin/main");
        await place.GitAsync("merge", "--quiet", "--ff-only", $"origin/{branch}");
        await place.GitAsync("push", "--quiet", "origin", "main");
    }
}
