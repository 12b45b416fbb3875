using System.Globalization;
using System.Xml.Linq;
using Airside.Platform.Tests.Chart;

namespace Airside.Platform.Tests.Containers;

/// <summary>
/// The service's tests pass without the parts of the framework that the image leaves out. By day only tests with the trait Category=Smoke
/// run, at least one for each family of endpoints; by night, all that are not slow.
/// </summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
[Collection(TestOrder.Containers)]
public sealed class TrimmedTests(ITestOutputHelper output)
{
    private const string Tests = "tests/Airside.Service.Tests/bin/Release/net10.0/Airside.Service.Tests";
    private const int SkippedMax = 20;

    private static readonly string[] Chosen = Amount.IsNight ? [] : ["-trait", "Category=Smoke"];

    private static readonly int PassedMin = Amount.Choose(day: 100, night: 300);

    /// <summary>The description names the version, which differs in the tests' image.</summary>
    private const string NamesVersion =
        "Airside.Service.Tests.ApiDescriptionTests.The_committed_description_is_the_one_that_the_service_gives";

    [Fact]
    public async Task The_tests_of_the_service_pass_on_the_service_of_the_image()
    {
        var program = Tool.PathOf(Tests, "the build of tests/Airside.Service.Tests");
        var folder = Directory.CreateTempSubdirectory("airside-trimmed-");
        var results = Path.Combine(folder.FullName, "results.xml");
        await Docker.CopyAsync((await Images.BuiltAsync()).Current, "/app", Path.Combine(folder.FullName, "app"));
        var variables = new Dictionary<string, string>
        {
            ["AIRSIDE_SERVICE"] = Path.Combine(folder.FullName, "app", "Airside.Service"),
            ["AIRSIDE_REQUIRE_ALL"] = "",
        };
        var (exitCode, text, errors) = await Tool.RunAsync(
            program,
            ["-noLogo", "-noColor", "-trait-", "Category=Slow", .. Chosen, "-method-", NamesVersion, "-xml", results],
            environment: variables);
        Assert.True(exitCode == 0, text + errors);

        var assembly = XDocument.Load(results).Root!.Element("assembly")!;
        folder.Delete(recursive: true);
        output.WriteLine($"{Number(assembly, "passed")} passed, {Number(assembly, "skipped")} skipped");
        Assert.InRange(Number(assembly, "passed"), PassedMin, int.MaxValue);
        Assert.InRange(Number(assembly, "skipped"), 0, SkippedMax);
    }

    private static int Number(XElement assembly, string name) => int.Parse(assembly.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
