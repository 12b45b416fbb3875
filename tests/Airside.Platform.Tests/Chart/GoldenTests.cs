namespace Airside.Platform.Tests.Chart;

/// <summary>What the chart makes of each set of values is kept, so that a review shows what a change of a template means.</summary>
[Trait("Category", "Tool")]
public sealed class GoldenTests
{
    private const string Folder = "tests/Airside.Platform.Tests/Chart/golden";

    [Theory]
    [MemberData(nameof(ValueSet.Names), MemberType = typeof(ValueSet))]
    public async Task A_rendering_is_as_it_is_kept(string name) => await Repository.DemandAsync(
        $"{Folder}/{name}.yaml", await Helm.RenderAsync(ValueSet.Named(name), ValueSet.NewestVersion), "AIRSIDE_UPDATE_DOCS");

    [Fact]
    public async Task A_rendering_for_the_oldest_version_is_as_it_is_kept() => await Repository.DemandAsync(
        $"{Folder}/everything-{ValueSet.Versions[0]}.yaml",
        await Helm.RenderAsync(ValueSet.Named("everything"), ValueSet.Versions[0]),
        "AIRSIDE_UPDATE_DOCS");

    [Theory]
    [MemberData(nameof(ValueSet.Names), MemberType = typeof(ValueSet))]
    public async Task Helm_finds_nothing_to_mend(string name)
    {
        var (exitCode, output, errors) = await Helm.LintAsync(ValueSet.Named(name).Arguments);
        Assert.True(exitCode == 0, output + errors);
    }
}
