using System.Text.Json;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>Policies for everything that is planned. Each returns a message per resource that breaks it.</summary>
internal static partial class PlanPolicies
{
    private const string Everybody = "0.0.0.0/0";

    /// <summary>Only the load balancer is public, only NAT has public addresses, and the Kubernetes API is for named ranges.</summary>
    public static IEnumerable<string> NothingPublic(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        let cause = PublicCause(resource) ?? OpenBucketCause(resource, resources)
        where cause is not null
        select $"{resource.Address}: {cause}";

    /// <summary>Everything that stores data is encrypted, with our own key where there is a choice.</summary>
    public static IEnumerable<string> Encrypted(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        let fault = resource.Type switch
        {
            "aws_db_instance" or "aws_rds_cluster" =>
                !resource.Is("storage_encrypted") || !resource.Has("kms_key_id") || IsOpenInsight(resource),
            "aws_rds_cluster_instance" => IsOpenInsight(resource),
            "aws_dynamodb_table" => resource.Block("server_side_encryption") is not { } block || !block.GetProperty("enabled").GetBoolean(),
            "aws_cloudwatch_log_group" => !resource.Has("kms_key_id"),
            "aws_eks_cluster" => resource.Block("encryption_config") is null,
            "aws_sns_topic" => !resource.Has("kms_master_key_id"),
            "aws_ecr_repository" =>
                resource.Block("encryption_configuration") is not { } block || block.GetProperty("encryption_type").GetString() != "KMS",
            "aws_s3_bucket" => !resources.Any(other =>
                other.Type == "aws_s3_bucket_server_side_encryption_configuration" && IsBeside(resource, other)
                && other.Find("rule")!.Value.GetRawText().Contains("\"sse_algorithm\":\"aws:kms\"", StringComparison.Ordinal)),
            "aws_sqs_queue" => !resource.Has("kms_master_key_id"),
            "aws_ebs_volume" or "aws_efs_file_system" => !resource.Is("encrypted"),
            "aws_db_parameter_group" or "aws_rds_cluster_parameter_group" => !resource.Find("parameter")!.Value.EnumerateArray()
                .Any(parameter => parameter.GetProperty("name").GetString() == "rds.force_ssl"
                    && parameter.GetProperty("value").GetString() == "1"),
            "aws_kms_key" => !resource.Is("enable_key_rotation"),
            _ => false,
        }
        where fault
        select $"{resource.Address}: it is not encrypted, its transport is not, or its key is never renewed";

    /// <summary>All taggable resources name environment, owner and stack.</summary>
    public static IEnumerable<string> Tagged(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        where resource.Values.ValueKind == JsonValueKind.Object && resource.Values.TryGetProperty("tags", out _)
        from tag in new[] { "environment", "owner", "airside:stack" }
        where resource.Find("tags_all") is not { ValueKind: JsonValueKind.Object } tags
            || !tags.TryGetProperty(tag, out var value) || string.IsNullOrEmpty(value.GetString())
        select $"{resource.Address}: the tag {tag} is missing";

    /// <summary>Production cannot be deleted by mistake and survives the loss of a zone.</summary>
    public static IEnumerable<string> Protected(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        from attribute in resource.Type switch
        {
            "aws_db_instance" => new[] { "deletion_protection", "multi_az", "!skip_final_snapshot", "!delete_automated_backups" },
            "aws_rds_cluster" => ["deletion_protection", "!skip_final_snapshot", "!delete_automated_backups"],
            "aws_eks_cluster" => ["deletion_protection"],
            "aws_dynamodb_table" => ["deletion_protection_enabled"],
            _ => [],
        }
        where resource.Is(attribute.TrimStart('!')) == attribute.StartsWith('!')
        select $"{resource.Address}: {attribute} does not hold";

    /// <summary>Stored data can be restored to any point in recent days.</summary>
    public static IEnumerable<string> BackedUp(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        let fault = resource.Type switch
        {
            "aws_db_instance" or "aws_rds_cluster" => resource.Number("backup_retention_period") < 1,
            "aws_dynamodb_table" => resource.Block("point_in_time_recovery") is not { } block || !block.GetProperty("enabled").GetBoolean(),
            "aws_s3_bucket" => !resources.Any(other => other.Type == "aws_s3_bucket_versioning" && IsBeside(resource, other)
                && other.Block("versioning_configuration") is { } block && block.GetProperty("status").GetString() == "Enabled"),
            _ => false,
        }
        where fault
        select $"{resource.Address}: nothing can be restored";

    /// <summary>Neither plan nor state holds a password, a private key or a token.</summary>
    public static IEnumerable<string> WithoutSecrets(IReadOnlyCollection<Resource> resources) =>
        from resource in resources
        from leaf in Leaves(resource.Values, "")
        where SecretName().IsMatch(leaf.Name) || PrivateKey().IsMatch(leaf.Text)
        select $"{resource.Address}: {leaf.Name} holds a value";

    /// <summary>Every log expires, and every log source has a group created for it.</summary>
    public static IEnumerable<string> LogsEnd(IReadOnlyCollection<Resource> resources)
    {
        var groups = resources.Where(resource => resource.Type == "aws_cloudwatch_log_group").ToArray();
        var names = groups.Select(group => group.Text("name")).ToHashSet(StringComparer.Ordinal);
        var written =
            from resource in resources
            from name in resource.Type switch
            {
                "aws_eks_cluster" => resource.Texts("enabled_cluster_log_types").Take(1)
                    .Select(_ => $"/aws/eks/{resource.Text("name")}/cluster"),
                "aws_db_instance" => resource.Texts("enabled_cloudwatch_logs_exports")
                    .Select(log => $"/aws/rds/instance/{resource.Text("identifier")}/{log}"),
                "aws_rds_cluster" => resource.Texts("enabled_cloudwatch_logs_exports")
                    .Select(log => $"/aws/rds/cluster/{resource.Text("cluster_identifier")}/{log}"),
                _ => [],
            }
            where !names.Contains(name)
            select $"{resource.Address}: it writes to {name}, which nobody made, so that it never ends";
        return groups.Where(group => group.Number("retention_in_days") < 1)
            .Select(group => $"{group.Address}: what is logged is kept for ever")
            .Concat(written);
    }

    private static string? PublicCause(Resource resource) => resource.Type switch
    {
        "aws_vpc_security_group_ingress_rule" => IngressCause(resource),
        "aws_security_group" or "aws_default_security_group" when HasItems(resource, "ingress") || HasItems(resource, "egress") =>
            "rules stand in the group instead of resources of their own, where they are checked",
        "aws_security_group_rule" => "rules are aws_vpc_security_group_…_rule, where they are checked",
        "aws_subnet" when resource.Is("map_public_ip_on_launch") => "machines get public addresses",
        "aws_db_instance" or "aws_rds_cluster_instance" when resource.Is("publicly_accessible") => "the database has a public address",
        "aws_eip" when !resource.Address.Contains("aws_eip.nat[", StringComparison.Ordinal) => "only NAT gateways have public addresses",
        "aws_route" when IsWide(resource.Text("destination_cidr_block")) && resource.Has("gateway_id")
            && !resource.Address.EndsWith("aws_route.internet[0]", StringComparison.Ordinal) =>
            "only public subnets have a way to the internet",
        "aws_instance" or "aws_lb" or "aws_alb" or "aws_elb" => "machines and load balancers are made by the cluster",
        "aws_eks_cluster" when resource.Block("vpc_config") is { } network && network.GetProperty("endpoint_public_access").GetBoolean() =>
            ApiCause(network),
        "aws_s3_bucket_public_access_block" when !(resource.Is("block_public_acls") && resource.Is("block_public_policy")
            && resource.Is("ignore_public_acls") && resource.Is("restrict_public_buckets")) => "the bucket is not closed in all four ways",
        _ => null,
    };

    private static string? IngressCause(Resource rule)
    {
        var isOpen = IsWide(rule.Text("cidr_ipv4"));
        var isEntrance = rule.Address.StartsWith("module.edge.aws_vpc_security_group_ingress_rule.load_balancer[", StringComparison.Ordinal)
            && rule.Number("from_port") == rule.Number("to_port") && rule.Number("to_port") is 80 or 443;
        return (isOpen && !isEntrance) || rule.Text("cidr_ipv6") is not null ? "it lets in everybody" : null;
    }

    private static string? ApiCause(JsonElement network)
    {
        var ranges = network.TryGetProperty("public_access_cidrs", out var cidrs) && cidrs.ValueKind == JsonValueKind.Array
            ? cidrs.EnumerateArray().Select(cidr => cidr.GetString()!).ToArray()
            : [Everybody];
        return ranges.Length == 0 || ranges.Any(range => int.Parse(range.Split('/')[1]) < 24)
            ? "the API of Kubernetes is open to many"
            : null;
    }

    private static string? OpenBucketCause(Resource resource, IReadOnlyCollection<Resource> resources) =>
        resource.Type == "aws_s3_bucket"
        && !resources.Any(other => other.Type == "aws_s3_bucket_public_access_block" && IsBeside(resource, other))
            ? "nothing closes the bucket"
            : null;

    /// <summary>No organisation has a network larger than a /8; the limit also catches two halves of the internet.</summary>
    private static bool IsWide(string? range) => range is not null && int.Parse(range.Split('/')[1]) < 8;

    private static bool IsOpenInsight(Resource resource) =>
        resource.Is("performance_insights_enabled") && !resource.Has("performance_insights_kms_key_id");

    private static bool HasItems(Resource resource, string attribute) =>
        resource.Find(attribute) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0;

    private static bool IsBeside(Resource one, Resource other) =>
        one.Address[..one.Address.LastIndexOf(one.Type, StringComparison.Ordinal)]
        == other.Address[..other.Address.LastIndexOf(other.Type, StringComparison.Ordinal)];

    private static IEnumerable<(string Name, string Text)> Leaves(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(property => Leaves(property.Value, property.Name)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Leaves(item, name)),
        JsonValueKind.String when value.GetString() is { Length: > 0 } text => [(name, text)],
        _ => [],
    };

    [GeneratedRegex(
        "^(.*_)?(password|secret_string|secret_binary|private_key|auth_token|access_key|secret_key)(_wo)?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}", RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}
