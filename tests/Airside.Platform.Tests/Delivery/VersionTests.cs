namespace Airside.Platform.Tests.Delivery;

/// <summary>Version and changelog come from the history alone.</summary>
[Trait("Category", "Slow")]
public sealed class VersionTests : IAsyncLifetime
{
    private Workplace _place = null!;

    public async ValueTask InitializeAsync() => _place = await Workplace.CreateAsync();

    public ValueTask DisposeAsync()
    {
        _place.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("v1.2.3", "fix: a", "1.2.4")]
    [InlineData("v1.2.3", "docs: a", "1.2.4")]
    [InlineData("v1.2.3", "feat: a", "1.3.0")]
    [InlineData("v1.2.3", "feat(ledger): a\nfix: b", "1.3.0")]
    [InlineData("v1.2.3", "feat!: a", "2.0.0")]
    [InlineData("v1.2.3", "fix(api)!: a\nfeat: b", "2.0.0")]
    [InlineData("v1.2.3", "fix: a\n\nBREAKING CHANGE: b", "2.0.0")]
    [InlineData("v1.2.3", "fix: a word on feat: and on BREAKING CHANGE: in a subject", "1.2.4")]
    [InlineData("v0.4.1", "feat!: a", "0.5.0")]
    [InlineData("v0.4.1", "fix: a", "0.4.2")]
    [InlineData("v0.9.9", "perf: a", "0.9.10")]
    public async Task A_version_is_raised_by_what_the_commits_say(string tag, string messages, string expected)
    {
        await _place.GitAsync("tag", tag);
        foreach (var message in messages.Contains("\n\n", StringComparison.Ordinal) ? [messages] : messages.Split('\n'))
        {
            await _place.CommitAsync(message);
        }

        Assert.Equal(expected, await _place.BuildAsync("version"));
    }

    [Fact]
    public async Task The_first_version_and_that_of_a_tag_are_fixed()
    {
        Assert.Equal("0.1.0", await _place.BuildAsync("version"));
        await _place.GitAsync("tag", "v3.1.4");
        await _place.GitAsync("tag", "nightly-7");
        Assert.Equal("3.1.4", await _place.BuildAsync("version"));
    }

    [Fact]
    public async Task What_is_new_is_grouped()
    {
        await _place.GitAsync("tag", "v1.0.0");
        foreach (var message in new[]
        {
            "fix(ledger): no count twice", "feat: a page", "docs: a word", "release(dev): 1.0.0", "feat(api)!: another path",
            "an old habit", "security: a header",
        })
        {
            await _place.CommitAsync(message);
        }

        Assert.Equal(
            """
            ## 2.0.0

            ### Safety

            - a header
            - **Breaking.** api: another path
            - ledger: no count twice

            ### Features

            - a page

            ### Internals

            - an old habit
            - a word
            """,
            await _place.BuildAsync("changelog"));
    }

    [Fact]
    public async Task A_tag_carries_what_is_new_and_reaches_the_origin()
    {
        await _place.GitAsync("tag", "v1.0.0");
        await _place.CommitAsync("feat: a page");
        Assert.Equal("v1.1.0", await _place.BuildAsync("tag"));

        Assert.Contains("### Features\n\n- a page", await _place.GitAsync("tag", "-l", "--format=%(contents)", "v1.1.0"),
            StringComparison.Ordinal);
        Assert.NotEqual("", await _place.GitAsync("ls-remote", "--tags", "origin", "v1.1.0"));
        Assert.Contains("already", await _place.BuildAsync("tag"), StringComparison.Ordinal);
    }
}
