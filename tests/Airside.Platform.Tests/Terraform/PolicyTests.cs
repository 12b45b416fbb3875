using System.Text.Json;
using System.Text.Json.Nodes;

namespace Airside.Platform.Tests.Terraform;

/// <summary>The plans of all environments and of the bootstrap follow the policies, and each policy can fail.</summary>
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

    /// <summary>Root, policy, resource type, attribute and the value that breaks the policy.</summary>
    public static TheoryData<string, string, string, string, string> Breaches => new()
    {
        { "test", "NothingPublic", "aws_db_instance", "publicly_accessible", "true" },
        { "test", "NothingPublic", "aws_subnet", "map_public_ip_on_launch", "true" },
        { "test", "NothingPublic", "aws_vpc_security_group_ingress_rule", "from_port", "22" },
        { "test", "NothingPublic", "aws_vpc_security_group_ingress_rule", "cidr_ipv6", "\"::/0\"" },
        { "test", "NothingPublic", "aws_security_group", "ingress", "[{}]" },
        { "test", "NothingPublic", "aws_default_security_group", "ingress", "[{}]" },
        {
            "test", "NothingPublic", "aws_eks_cluster", "vpc_config",
            "[{\"endpoint_public_access\":true,\"public_access_cidrs\":[\"0.0.0.0/0\"]}]"
        },
        { "test", "NothingPublic", "aws_eks_cluster", "vpc_config", "[{\"endpoint_public_access\":true,\"public_access_cidrs\":null}]" },
        { "bootstrap", "NothingPublic", "aws_s3_bucket_public_access_block", "block_public_policy", "false" },
        { "test", "Encrypted", "aws_db_instance", "storage_encrypted", "false" },
        { "test", "Encrypted", "aws_db_instance", "kms_key_id", "null" },
        { "test", "Encrypted", "aws_db_instance", "performance_insights_kms_key_id", "null" },
        { "test", "Encrypted", "aws_dynamodb_table", "server_side_encryption", "[]" },
        { "test", "Encrypted", "aws_eks_cluster", "encryption_config", "[]" },
        { "test", "Encrypted", "aws_db_parameter_group", "parameter", "[]" },
        { "test", "Encrypted", "aws_kms_key", "enable_key_rotation", "false" },
        { "test", "Encrypted", "aws_cloudwatch_log_group", "kms_key_id", "null" },
        { "test", "Encrypted", "aws_sns_topic", "kms_master_key_id", "null" },
        { "bootstrap", "Encrypted", "aws_ecr_repository", "encryption_configuration", "[{\"encryption_type\":\"AES256\"}]" },
        { "test", "Tagged", "aws_vpc", "tags_all", "{\"environment\":\"test\",\"owner\":\"me\"}" },
        { "test", "Tagged", "aws_eks_cluster", "tags_all", "null" },
        { "test", "BackedUp", "aws_db_instance", "backup_retention_period", "0" },
        { "test", "BackedUp", "aws_dynamodb_table", "point_in_time_recovery", "[{\"enabled\":false}]" },
        { "test", "WithoutSecrets", "aws_db_instance", "password", "\"in plain sight\"" },
        { "test", "WithoutSecrets", "helm_release", "description", "\"-----BEGIN RSA PRIVATE KEY-----\"" },
        { "test", "LogsEnd", "aws_cloudwatch_log_group", "retention_in_days", "0" },
        { "test", "LogsEnd", "aws_eks_cluster", "name", "\"another\"" },
        { "test", "LogsEnd", "aws_db_instance", "enabled_cloudwatch_logs_exports", "[\"audit\"]" },
        { "production", "Protected", "aws_eks_cluster", "deletion_protection", "false" },
        { "production", "Protected", "aws_db_instance", "deletion_protection", "false" },
        { "production", "Protected", "aws_db_instance", "multi_az", "false" },
        { "production", "Protected", "aws_db_instance", "skip_final_snapshot", "true" },
        { "production", "Protected", "aws_db_instance", "delete_automated_backups", "true" },
    };

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

    /// <summary>Breaks the plan of a root in one place.</summary>
    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task A_policy_finds_what_breaks_it(string name, string policy, string type, string attribute, string value)
    {
        var root = await SimulatedRoot.OfAsync(name);
        var before = Policies[policy](root.Planned).ToHashSet(StringComparer.Ordinal);
        var broken = root.Planned.Select(resource => resource.Type == type ? Changed(resource, attribute, value) : resource).ToArray();

        var found = Policies[policy](broken).Except(before).ToArray();

        Assert.NotEmpty(found);
        Assert.All(found, violation => Assert.Contains(type, violation, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NothingPublic", "aws_lb", "{}")]
    [InlineData("NothingPublic", "aws_instance", "{}")]
    [InlineData("NothingPublic", "aws_eip", "{}")]
    [InlineData("NothingPublic", "aws_security_group_rule", "{}")]
    [InlineData("NothingPublic", "aws_s3_bucket", "{}")]
    [InlineData("NothingPublic", "aws_rds_cluster_instance", "{\"publicly_accessible\":true}")]
    [InlineData("NothingPublic", "aws_route", "{\"destination_cidr_block\":\"0.0.0.0/0\",\"gateway_id\":\"igw-0\"}")]
    [InlineData("NothingPublic", "aws_vpc_security_group_ingress_rule", "{\"cidr_ipv4\":\"128.0.0.0/1\",\"from_port\":443}")]
    [InlineData("Encrypted", "aws_ebs_volume", "{\"encrypted\":false}")]
    [InlineData("Encrypted", "aws_efs_file_system", "{}")]
    [InlineData("Encrypted", "aws_sqs_queue", "{}")]
    [InlineData("Encrypted", "aws_rds_cluster", "{\"storage_encrypted\":true}")]
    [InlineData("Encrypted", "aws_rds_cluster_instance", "{\"performance_insights_enabled\":true}")]
    [InlineData("Encrypted", "aws_rds_cluster_parameter_group", "{\"parameter\":[{\"name\":\"rds.force_ssl\",\"value\":\"0\"}]}")]
    [InlineData("BackedUp", "aws_rds_cluster", "{\"backup_retention_period\":0}")]
    [InlineData("LogsEnd", "aws_rds_cluster", "{\"cluster_identifier\":\"x\",\"enabled_cloudwatch_logs_exports\":[\"postgresql\"]}")]
    [InlineData("Protected", "aws_rds_cluster", "{\"deletion_protection\":true,\"skip_final_snapshot\":true}")]
    [InlineData("Protected", "aws_dynamodb_table", "{\"deletion_protection_enabled\":false}")]
    [InlineData("WithoutSecrets", "aws_secretsmanager_secret_version", "{\"secret_string\":\"x\"}")]
    [InlineData("WithoutSecrets", "aws_iam_access_key", "{\"id\":\"AKIAIOSFODNN7EXAMPLE\"}")]
    public void A_policy_finds_what_nobody_plans_today(string policy, string type, string values)
    {
        using var document = JsonDocument.Parse(values);
        var resource = new Resource($"module.x.{type}.y", type, document.RootElement, default);
        Assert.StartsWith(resource.Address, Assert.Single(Policies[policy]([resource])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NothingPublic", "aws_s3_bucket_public_access_block")]
    [InlineData("Encrypted", "aws_s3_bucket_server_side_encryption_configuration")]
    [InlineData("BackedUp", "aws_s3_bucket_versioning")]
    public async Task A_policy_finds_a_bucket_that_lost_its_guard(string policy, string type)
    {
        var root = await SimulatedRoot.OfAsync("bootstrap");
        var left = root.Planned.Where(resource => resource.Type != type).ToArray();
        Assert.StartsWith("module.state.aws_s3_bucket.this:", Assert.Single(Policies[policy](left)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_policy_is_broken_by_some_test() =>
        Assert.Equal(
            Policies.Keys.Order(StringComparer.Ordinal),
            Breaches.Select(row => ((ITheoryDataRow)row).GetData()[1]!.ToString()).Distinct().Order(StringComparer.Ordinal));

    private static Resource Changed(Resource resource, string attribute, string value)
    {
        var values = JsonNode.Parse(resource.Values.GetRawText())!.AsObject();
        values[attribute] = JsonNode.Parse(value);
        return resource with { Values = JsonSerializer.SerializeToElement(values), Unknown = default };
    }
}
