using System.Text.Json;
using System.Text.Json.Nodes;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The plans of all environments and of the bootstrap keep the policies, and each policy is able to fail.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PolicyTests
{
    private static readonly Dictionary<string, Func<IReadOnlyCollection<Resource>, IEnumerable<string>>> Policies = new()
    {
        [nameof(PlanPolicies.NothingPublic)] = PlanPolicies.NothingPublic,
        [nameof(PlanPolicies.Encrypted)] = PlanPolicies.Encrypted,
        [nameof(PlanPolicies.Tagged)] = PlanPolicies.Tagged,
        [nameof(PlanPolicies.BackedUp)] = PlanPolicies.BackedUp,
        [nameof(PlanPolicies.WithoutSecrets)] = PlanPolicies.WithoutSecrets,
        [nameof(PlanPolicies.LogsEnd)] = PlanPolicies.LogsEnd,
        [nameof(PlanPolicies.Protected)] = PlanPolicies.Protected,
    };

    public static TheoryData<string> Roots => [.. Infrastructure.Environments, "bootstrap"];

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task Everything_that_is_planned_keeps_the_policies(string name)
    {
        var root = await SimulatedRoot.OfAsync(name);

        Assert.NotEmpty(root.Planned);
        var isProtected = name is "uat" or "production";
        var violations = Policies.Where(policy => isProtected || policy.Key != nameof(PlanPolicies.Protected))
            .SelectMany(policy => policy.Value(root.Planned).Select(violation => $"{policy.Key}: {violation}"));
        Assert.Empty(violations);
        Assert.Empty(PlanPolicies.WithoutSecrets(root.Applied));
    }

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task One_query_by_the_tag_of_the_stack_finds_everything(string name)
    {
        var root = await SimulatedRoot.OfAsync(name);

        var tagged = root.Planned.Where(resource => resource.Find("tags_all") is { ValueKind: JsonValueKind.Object }).ToArray();
        Assert.True(tagged.Length > 10, $"Only {tagged.Length} resources of {name} have tags.");
        Assert.All(tagged, resource =>
            Assert.Equal($"airside-{name}", resource.Find("tags_all")!.Value.GetProperty("airside:stack").GetString()));
    }

    [Theory]
    [InlineData("NothingPublic", "aws_db_instance", "publicly_accessible", "true")]
    [InlineData("NothingPublic", "aws_subnet", "map_public_ip_on_launch", "true")]
    [InlineData("NothingPublic", "aws_vpc_security_group_ingress_rule", "from_port", "22")]
    [InlineData("NothingPublic", "aws_vpc_security_group_ingress_rule", "cidr_ipv6", "\"::/0\"")]
    [InlineData("NothingPublic", "aws_security_group", "ingress", "[{}]")]
    [InlineData(
        "NothingPublic", "aws_eks_cluster", "vpc_config", "[{\"endpoint_public_access\":true,\"public_access_cidrs\":[\"0.0.0.0/0\"]}]")]
    [InlineData("NothingPublic", "aws_eks_cluster", "vpc_config", "[{\"endpoint_public_access\":true,\"public_access_cidrs\":null}]")]
    [InlineData("Encrypted", "aws_db_instance", "storage_encrypted", "false")]
    [InlineData("Encrypted", "aws_dynamodb_table", "server_side_encryption", "[]")]
    [InlineData("Encrypted", "aws_eks_cluster", "encryption_config", "[]")]
    [InlineData("Encrypted", "aws_db_parameter_group", "parameter", "[]")]
    [InlineData("Encrypted", "aws_kms_key", "enable_key_rotation", "false")]
    [InlineData("Tagged", "aws_vpc", "tags_all", "{\"environment\":\"test\",\"owner\":\"me\"}")]
    [InlineData("Tagged", "aws_eks_cluster", "tags_all", "null")]
    [InlineData("BackedUp", "aws_db_instance", "backup_retention_period", "0")]
    [InlineData("BackedUp", "aws_dynamodb_table", "point_in_time_recovery", "[{\"enabled\":false}]")]
    [InlineData("WithoutSecrets", "aws_db_instance", "password", "\"in plain sight\"")]
    [InlineData("WithoutSecrets", "helm_release", "description", "\"-----BEGIN RSA PRIVATE KEY-----\"")]
    [InlineData("LogsEnd", "aws_cloudwatch_log_group", "retention_in_days", "0")]
    [InlineData("LogsEnd", "aws_eks_cluster", "name", "\"another\"")]
    [InlineData("LogsEnd", "aws_db_instance", "enabled_cloudwatch_logs_exports", "[\"audit\"]")]
    [InlineData("Protected", "aws_eks_cluster", "deletion_protection", "false")]
    public async Task A_policy_finds_what_breaks_it(string policy, string type, string attribute, string value)
    {
        var root = await SimulatedRoot.OfAsync("test");
        var before = Policies[policy](root.Planned).ToHashSet(StringComparer.Ordinal);
        var broken = root.Planned.Select(resource => resource.Type == type ? Changed(resource, attribute, value) : resource).ToArray();

        var after = Policies[policy](broken).ToArray();

        Assert.NotEmpty(policy == nameof(PlanPolicies.Protected) ? after : after.Except(before));
        Assert.All(after.Except(before), violation => Assert.Contains(type, violation, StringComparison.Ordinal));
    }

    private static Resource Changed(Resource resource, string attribute, string value)
    {
        var values = JsonNode.Parse(resource.Values.GetRawText())!.AsObject();
        values[attribute] = JsonNode.Parse(value);
        return resource with { Values = JsonSerializer.SerializeToElement(values), Unknown = default };
    }
}
