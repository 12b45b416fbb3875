using System.Text.Json;
using System.Text.RegularExpressions;

namespace Airside.Platform.Tests.Terraform;

/// <summary>Every attached policy, as resolved after an apply: who may do what to which resource.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed partial class RightsTests
{
    /// <summary>Policies that may have an action with a star, by the end of the address and of the action, each with its reason.</summary>
    private static readonly (string Address, string Action)[] Patterns =
    [
        // Without it, nobody could change the key. In a key policy, the star means that key.
        ("aws_kms_key.this", "kms:*"),
        // It denies requests without TLS.
        ("aws_s3_bucket_policy.this", "s3:*"),
        // It only reads settings.
        ("aws_iam_policy.look", "Describe*"), ("aws_iam_policy.look", "List*"),
        // A boundary grants nothing; it limits what other policies grant.
        ("aws_iam_policy.boundary", ":*"),
    ];

    /// <summary>Policies that may name every resource: of a key, where the star is that key, and those that only read or limit.</summary>
    private static readonly string[] WidePolicies = ["aws_kms_key.this", "aws_iam_policy.look", "aws_iam_policy.boundary"];

    /// <summary>Actions that AWS cannot limit to a resource.</summary>
    private static readonly string[] WithoutResource =
    [
        "ecr:GetAuthorizationToken", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
        "route53:CreateHostedZone", "route53:ListHostedZones", "sns:Unsubscribe",
    ];

    /// <summary>One root of each kind.</summary>
    private static readonly string[] RootsByDay = ["test", "production", "bootstrap"];

    private static readonly string[] RootsByNight = [.. Infrastructure.Environments, "bootstrap"];

    public static TheoryData<string> Roots => [.. Amount.Choose(RootsByDay, RootsByNight)];

    [Theory]
    [MemberData(nameof(Roots))]
    public async Task No_action_is_a_pattern_and_no_resource_is_everything_but_the_documented_exceptions(string name)
    {
        var applied = await AppliedAsync(name);
        Assert.Empty(PlanPolicies.WithoutSecrets(applied));
        var statements = applied.SelectMany(StatementsOf).ToArray();

        Assert.True(statements.Length > 10, $"Only {statements.Length} statements were found.");
        Assert.Empty(statements.SelectMany(Violations));
    }

    [Theory]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::b\"}")]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":\"dynamodb:*\",\"Resource\":\"arn:aws:s3:::b\"}")]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\"],\"Resource\":\"*\"}")]
    [InlineData(
        "{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":true}}}")]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":[\"route53:ListHostedZones\",\"iam:DeleteRole\"],\"Resource\":\"*\"}")]
    [InlineData("{\"Effect\":\"Allow\",\"NotAction\":\"iam:GetRole\",\"Resource\":\"arn:aws:s3:::b\"}")]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Principal\":\"*\",\"Resource\":\"arn:aws:s3:::b\"}")]
    [InlineData("{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Principal\":{\"AWS\":[\"*\"]},\"Resource\":\"arn:aws:s3:::b\"}")]
    public void A_right_that_is_too_wide_is_found(string statement)
    {
        using var document = JsonDocument.Parse(statement);
        Assert.NotEmpty(Violations(new Statement("module.x.aws_iam_role_policy.x", document.RootElement)));
    }

    [Fact]
    public async Task The_service_may_do_what_the_store_documents_and_nothing_else()
    {
        var applied = await AppliedAsync("test");
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/operate/dynamodb.md"));
        var documented = TableAction().Matches(page).Select(match => match.Groups["action"].Value).Distinct().Order(StringComparer.Ordinal);

        var statement = Assert.Single(applied
            .Where(resource => resource.Address == "module.identity.aws_iam_role_policy.pod[\"service\"]")
            .SelectMany(StatementsOf));

        Assert.Equal(documented, statement.Texts("Action").Order(StringComparer.Ordinal));
        Assert.Equal(
            [applied.Single(resource => resource.Type == "aws_dynamodb_table").Text("arn")!], statement.Texts("Resource"));
    }

    [Fact]
    public async Task The_bucket_of_states_answers_by_TLS_only()
    {
        var applied = await AppliedAsync("bootstrap");
        var statement = Assert.Single(
            applied.Where(resource => resource.Type == "aws_s3_bucket_policy").SelectMany(StatementsOf),
            statement => statement.Json.GetProperty("Sid").GetString() == "OnlyByTls");

        Assert.Equal("Deny", statement.Json.GetProperty("Effect").GetString());
        Assert.Equal("false", statement.Json.GetProperty("Condition").GetProperty("Bool").GetProperty("aws:SecureTransport").GetString());
        Assert.Equal(2, statement.Texts("Resource").Length);
    }

    [Fact]
    public async Task Policies_are_as_short_as_AWS_demands()
    {
        var applied = await AppliedAsync("bootstrap");
        Assert.All(applied.Where(resource => resource.Type == "aws_iam_policy"), policy =>
        {
            var length = policy.Text("policy")!.Count(character => !char.IsWhiteSpace(character));
            Assert.True(length <= 6144, $"{policy.Address} has {length} characters; AWS takes 6,144.");
        });
    }

    [Fact]
    public async Task Every_role_of_an_environment_is_bounded()
    {
        var applied = await AppliedAsync("production");
        Assert.All(applied.Where(resource => resource.Type == "aws_iam_role"), role =>
            Assert.EndsWith(":policy/airside-boundary", role.Text("permissions_boundary"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_role_of_a_pipeline_trusts_one_repository_and_one_environment()
    {
        var applied = await AppliedAsync("bootstrap");
        var roles = applied.Where(resource => resource.Type == "aws_iam_role").ToArray();

        Assert.Equal(9, roles.Length);
        Assert.All(roles, role =>
        {
            var statement = Assert.Single(StatementsOf(role));
            var condition = statement.Json.GetProperty("Condition");
            var equals = Assert.Single(condition.EnumerateObject());
            Assert.Equal("StringEquals", equals.Name);
            Assert.Equal("sts.amazonaws.com", equals.Value.GetProperty("token.actions.githubusercontent.com:aud").GetString());
            Assert.Matches(
                "^repo:example/airside:environment:[a-z-]+$",
                equals.Value.GetProperty("token.actions.githubusercontent.com:sub").GetString()!);
        });
        Assert.Equal(9, roles.Select(role => role.Text("assume_role_policy")).Distinct().Count());
    }

    private static IEnumerable<Statement> StatementsOf(Resource resource)
    {
        foreach (var text in new[] { "policy", "assume_role_policy" }.Select(resource.Text).OfType<string>())
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.TryGetProperty("Statement", out var statements))
            {
                foreach (var statement in statements.EnumerateArray())
                {
                    yield return new Statement(resource.Address, statement.Clone());
                }
            }
        }
    }

    private static IEnumerable<string> Violations(Statement statement)
    {
        var isDenial = statement.Json.GetProperty("Effect").GetString() == "Deny";
        if (statement.Json.TryGetProperty("NotAction", out _) || statement.Json.TryGetProperty("NotResource", out _))
        {
            yield return $"{statement.Address}: it allows what it does not name";
        }

        foreach (var action in statement.Texts("Action").Where(action => action.Contains('*')))
        {
            var isKnown = Patterns.Any(known =>
                statement.Address.EndsWith(known.Address, StringComparison.Ordinal)
                && action.EndsWith(known.Action, StringComparison.Ordinal));
            if (!isKnown || action == "*")
            {
                yield return $"{statement.Address}: the action {action} is a pattern";
            }
        }

        var isEverything = statement.Texts("Resource").Contains("*");
        var mayBe = statement.IsBoundByTag || WidePolicies.Any(known => statement.Address.EndsWith(known, StringComparison.Ordinal))
            || statement.Texts("Action").All(WithoutResource.Contains);
        if (isEverything && !mayBe)
        {
            yield return $"{statement.Address}: it is about every resource, and no tag binds it";
        }

        var principals = statement.Json.TryGetProperty("Principal", out var principal) ? principal.GetRawText() : "";
        if (!isDenial && principals.Contains("\"*\"", StringComparison.Ordinal))
        {
            yield return $"{statement.Address}: it is for everybody";
        }
    }

    private static async Task<Resource[]> AppliedAsync(string name) => await (await SimulatedRoot.OfAsync(name)).AppliedAsync();

    [GeneratedRegex("\"(?<action>dynamodb:[A-Za-z]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TableAction();

    private sealed record Statement(string Address, JsonElement Json)
    {
        /// <summary>Whether a condition requires a fixed tag on the resource or the request.</summary>
        public bool IsBoundByTag => Json.TryGetProperty("Condition", out var condition)
            && condition.TryGetProperty("StringEquals", out var equals)
            && equals.EnumerateObject().Any(key => key.Name.StartsWith("aws:RequestTag/", StringComparison.Ordinal)
                || key.Name.StartsWith("aws:ResourceTag/", StringComparison.Ordinal));

        /// <summary>Returns a string or a list of them; AWS allows both.</summary>
        public string[] Texts(string name) => !Json.TryGetProperty(name, out var value) ? []
            : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
            : [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }
}
