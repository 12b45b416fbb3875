namespace Airside.Platform.Tests.Delivery;

/// <summary>A release moves unchanged, one step at a time, and back.</summary>
[Trait("Category", "Slow")]
public sealed class PromotionTests : IAsyncLifetime
{
    private Workplace _place = null!;

    public async ValueTask InitializeAsync()
    {
        _place = await Workplace.CreateAsync();
        await _place.PublishedAsync("0.1.0", 'a');
        await _place.BuildAsync("promote", "registry", "dev");
    }

    public ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_release_moves_unchanged_through_all_environments()
    {
        await _place.BuildAsync("promote", "dev", "test");
        await _place.BuildAsync("promote", "test", "uat");
        await _place.BuildAsync("promote", "uat", "production");

        string[] releases = [.. new[] { "dev", "test", "uat", "production" }.Select(name => WithoutComment(_place.ReleaseOf(name)))];
        Assert.Contains($"digest: sha256:{new string('a', 64)}\n", releases[0], StringComparison.Ordinal);
        Assert.Contains("commit: ", releases[0], StringComparison.Ordinal);
        Assert.All(releases, release => Assert.Equal(releases[0], release));
        Assert.Equal("release(production): 0.1.0", await _place.GitAsync("log", "-1", "--format=%s"));
    }

    [Theory]
    [InlineData("registry", "test")]
    [InlineData("dev", "uat")]
    [InlineData("dev", "production")]
    [InlineData("test", "production")]
    [InlineData("dev", "dev")]
    [InlineData("test", "dev")]
    [InlineData("production", "dev")]
    public async Task Leaving_a_step_out_is_refused(string from, string to)
    {
        var said = await _place.RefusalAsync("promote", from, to);
        Assert.Contains("steps cannot be skipped", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev", "staging", "unknown environment 'staging'")]
    [InlineData("test", "uat", "test has no release yet")]
    [InlineData("registry", "dev", "already")]
    public async Task What_makes_no_sense_is_refused(string from, string to, string reason) =>
        Assert.Contains(reason, await _place.RefusalAsync("promote", from, to), StringComparison.Ordinal);

    [Fact]
    public async Task A_dirty_tree_is_refused()
    {
        await File.WriteAllTextAsync(Path.Combine(_place.Tree, "new.txt"), "x");
        Assert.Contains("new.txt", await _place.RefusalAsync("promote", "dev", "test"), StringComparison.Ordinal);
        Assert.Contains("new.txt", await _place.RefusalAsync("rollback", "dev"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_that_was_changed_by_hand_and_not_committed_is_refused()
    {
        var path = Path.Combine(_place.Tree, "deploy/environments/dev/release.yaml");
        await File.WriteAllTextAsync(path, _place.ReleaseOf("dev").Replace('a', 'b'));
        Assert.Contains("dev/release.yaml", await _place.RefusalAsync("promote", "dev", "test"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digest: .*", "digest: sha256:abc", "not a sha256 digest")]
    [InlineData("digest: .*", "digest: latest", "not a sha256 digest")]
    [InlineData("digest: .*", "digest: sha256:0000000000000000000000000000000000000000000000000000000000000000", "names no image")]
    [InlineData("digest: .*", "", "not a sha256 digest")]
    [InlineData("commit: .*", "commit: 1111111111111111111111111111111111111111", "is not in the history")]
    [InlineData("commit: .*", "commit: main", "which is not a commit id")]
    [InlineData("version: .*", "version: latest", "which is not like 1.2.3")]
    public async Task A_release_that_is_not_whole_is_refused(string pattern, string replacement, string reason)
    {
        var release = System.Text.RegularExpressions.Regex.Replace(
            _place.ReleaseOf("dev"), pattern, replacement, System.Text.RegularExpressions.RegexOptions.NonBacktracking);
        await File.WriteAllTextAsync(Path.Combine(_place.Tree, "deploy/environments/dev/release.yaml"), release);
        await _place.CommitAsync("chore: a release by hand");

        Assert.Contains(reason, await _place.RefusalAsync("promote", "dev", "test"), StringComparison.Ordinal);
        Assert.Equal("", _place.ReleaseOf("test"));
    }

    [Fact]
    public async Task A_rollback_restores_the_release_before_and_then_the_one_before_that()
    {
        foreach (var digit in new[] { 'b', 'c' })
        {
            await _place.CommitAsync($"fix: {digit}");
            await _place.PublishedAsync(digit == 'b' ? "0.1.1" : "0.1.2", digit);
            await _place.BuildAsync("promote", "registry", "dev");
        }

        var third = _place.ReleaseOf("dev");
        await _place.BuildAsync("rollback", "dev");
        Assert.Equal($"sha256:{new string('b', 64)}", _place.DigestOf("dev"));
        await _place.BuildAsync("rollback", "dev");
        Assert.Equal($"sha256:{new string('a', 64)}", _place.DigestOf("dev"));
        Assert.Contains("no release before 0.1.0", await _place.RefusalAsync("rollback", "dev"), StringComparison.Ordinal);

        await _place.BuildAsync("promote", "registry", "dev");
        Assert.Equal(third, _place.ReleaseOf("dev"));
        await _place.BuildAsync("rollback", "dev");
        Assert.Equal($"sha256:{new string('a', 64)}", _place.DigestOf("dev"));
    }

    [Fact]
    public async Task A_rollback_of_one_environment_leaves_the_others()
    {
        await _place.BuildAsync("promote", "dev", "test");
        await _place.CommitAsync("fix: b");
        await _place.PublishedAsync("0.1.1", 'b');
        await _place.BuildAsync("promote", "registry", "dev");
        await _place.BuildAsync("promote", "dev", "test");

        await _place.BuildAsync("rollback", "test");
        Assert.Equal($"sha256:{new string('a', 64)}", _place.DigestOf("test"));
        Assert.Equal($"sha256:{new string('b', 64)}", _place.DigestOf("dev"));
    }

    [Fact]
    public async Task Only_the_commit_of_a_promotion_is_offered()
    {
        var offered = await _place.BuildAsync("propose");
        Assert.StartsWith("release/dev/", offered, StringComparison.Ordinal);
        var branch = offered[..offered.IndexOf(':', StringComparison.Ordinal)];
        Assert.Equal(await _place.GitAsync("rev-parse", "HEAD"), await _place.GitAsync("ls-remote", "origin", $"refs/heads/{branch}")
            .FirstWord());

        await _place.CommitAsync("feat: something else");
        Assert.Contains("must come from promote or rollback", await _place.RefusalAsync("propose"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_place.Tree, "hidden.txt"), "x");
        await _place.CommitAsync("release(dev): 9.9.9");
        Assert.Contains("changes more than the release", await _place.RefusalAsync("propose"), StringComparison.Ordinal);
    }

    private static string WithoutComment(string release) => release[(release.IndexOf('\n', StringComparison.Ordinal) + 1)..];
}

/// <summary>Extracts parts of command output.</summary>
internal static class Answers
{
    public static async Task<string> FirstWord(this Task<string> answer) => (await answer).Split(['\t', ' ', '\n'])[0];
}
