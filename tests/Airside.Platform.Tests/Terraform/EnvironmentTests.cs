using System.Net;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The settings of the environments agree with each other.</summary>
public sealed partial class EnvironmentTests
{
    [Fact]
    public void No_two_networks_share_addresses()
    {
        var networks = Infrastructure.Environments
            .SelectMany(name => Range().Matches(Settings($"{name}.tfvars")).Select(match => IPNetwork.Parse(match.Groups["range"].Value)))
            .Append(IPNetwork.Parse("172.20.0.0/16"))
            .ToArray();

        Assert.True(networks.Length >= 7, $"Only {networks.Length} networks were found.");
        Assert.All(networks.Index(), one => Assert.All(networks.Index(), other =>
            Assert.False(
                one.Index != other.Index && (one.Item.Contains(other.Item.BaseAddress) || other.Item.Contains(one.Item.BaseAddress)),
                $"{one.Item} and {other.Item} overlap.")));
    }

    [Fact]
    public void Every_environment_has_a_state_of_its_own_that_is_locked() =>
        Assert.All(Infrastructure.Environments, name =>
        {
            var backend = Settings($"{name}.s3.tfbackend");
            Assert.Contains($"\"platform/{name}/terraform.tfstate\"", backend, StringComparison.Ordinal);
            Assert.Matches("use_lockfile *= true", backend);
        });

    /// <summary>Lock files come from the registry; existing ones must serve every machine that the project runs on.</summary>
    [Fact]
    public void A_lock_file_has_hashes_for_every_platform() =>
        Assert.All(Directory.GetFiles(Infrastructure.Root, ".terraform.lock.hcl", SearchOption.AllDirectories), file =>
            Assert.Empty(LockFaults(File.ReadAllText(file))));

    [Theory]
    [InlineData("provider \"a\" {\n  version = \"6.47.0\"\n  hashes = [\n    \"h1:a\",\n    \"h1:b\",\n    \"h1:c\",\n  ]\n}\n", 0)]
    [InlineData("provider \"a\" {\n  version = \"6.47.0\"\n  hashes = [\n    \"h1:a\",\n  ]\n}\n", 1)]
    [InlineData("", 1)]
    public void A_lock_file_for_one_machine_is_found(string text, int count) => Assert.Equal(count, LockFaults(text).Count());

    private static IEnumerable<string> LockFaults(string text)
    {
        var providers = text.Split("provider \"").Skip(1).ToArray();
        return providers.Length == 0
            ? ["it locks no provider"]
            : providers.Where(provider => provider.Split("\"h1:").Length - 1 < 3)
                .Select(provider => $"{provider.Split('"')[0]} lacks a platform; run terraform providers lock with all of them");
    }

    private static string Settings(string file) => File.ReadAllText(Path.Combine(Infrastructure.Root, "platform", "environments", file));

    [GeneratedRegex("(vpc|database)_cidr *= \"(?<range>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Range();
}
