using System.Text.RegularExpressions;

namespace Airside.Service.Tests.Security;

/// <summary>A control without a test is a hope: each threat on the page names an existing test.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public async Task Each_threat_names_a_test_that_exists()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/security.md"));
        var threats = page.Split('\n').Where(line => Threat().IsMatch(line)).ToArray();
        var sources = string.Concat(await Task.WhenAll(Directory
            .EnumerateFiles(Repository.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(path => File.ReadAllTextAsync(path))));

        Assert.True(threats.Length >= 20, $"{threats.Length} threats");
        Assert.All(threats, threat =>
        {
            var name = threat.Split('|')[^2].Trim().Trim('`');
            Assert.True(
                sources.Contains($" {name}(", StringComparison.Ordinal) || sources.Contains($"class {name}", StringComparison.Ordinal),
                threat);
        });
    }

    [GeneratedRegex(@"^\| [STRIDE] \|", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Threat();
}
