namespace Airside.Platform.Tests.Terraform;

/// <summary>The cost of one item.</summary>
internal sealed record BillLine(string Item, decimal Usd);

/// <summary>The cost of an environment: a month at rest, or a million transactions.</summary>
internal sealed record Bill(string Name, IReadOnlyList<BillLine> Lines)
{
    // An endpoint has an address in each of the three zones.
    private const int Zones = 3;

    public decimal Total => Lines.Sum(line => line.Usd);

    /// <summary>Sums one item.</summary>
    public decimal PriceOf(string item) => Lines.Where(line => line.Item == item).Sum(line => line.Usd);

    /// <summary>Adds up a plan and what the cluster creates outside it.</summary>
    public static Bill From(string name, IEnumerable<Resource> plan, PriceList prices)
    {
        var usage = prices.Usage[name];
        var node = prices.Month("ec2.c6a.large.hour");
        BillLine[] assumed =
        [
            new("nodes", usage.Nodes * (node + (prices.NodeDiskGb * prices.Usd("ebs.gp3.gb")))),
            new("Auto Mode's share", usage.Nodes * node * prices.Usd("eks.auto.share")),
            new(
                "load balancer",
                prices.Month("alb.hour") + (prices.LoadBalancerUnits * prices.Month("alb.lcu.hour")) + (Zones * prices.Month("ipv4.hour"))),
            new("traffic through NAT", usage.NatGb * prices.Usd("nat.gb")),
            new("logs", usage.LogsGb * prices.Usd("logs.gb")),
        ];
        return new Bill(name, [.. plan.Select(resource => LineOf(resource, prices)).OfType<BillLine>(), .. assumed]);
    }

    /// <summary>
    /// Returns the extra cost of a million transactions in batches. Each copy of the database server stores them; a plan without one uses
    /// DynamoDB.
    /// </summary>
    public static Bill OfMillion(string name, IEnumerable<Resource> plan, PriceList prices)
    {
        const decimal Million = 1_000_000;
        const decimal BytesPerGb = 1_000_000_000;
        var use = prices.PerMillion;
        var requests = Million / use.BatchSize;
        var servers = plan.Where(resource => resource.Type == "aws_db_instance").Sum(Servers);
        var stored = Million * use.BytesPerTransaction / BytesPerGb * prices.Usd("rds.gp3.gb") * servers;
        return new Bill(name,
        [
            new("firewall", requests / Million * prices.Usd("waf.million")),
            new("logs", requests * use.LogBytesPerRequest / BytesPerGb * prices.Usd("logs.gb")),
            new("store", servers > 0 ? stored : use.WriteUnitsPerTransaction * prices.Usd("dynamodb.write.million")),
        ]);
    }

    /// <summary>Returns the monthly cost; <c>null</c> if the resource is free at rest.</summary>
    public static BillLine? LineOf(Resource resource, PriceList prices) => resource.Type switch
    {
        "aws_eks_cluster" => new("EKS control plane", prices.Month("eks.cluster.hour")),
        "aws_nat_gateway" => new("NAT gateways", prices.Month("nat.hour")),
        "aws_eip" => new("public addresses of NAT", prices.Month("ipv4.hour")),
        "aws_vpc_endpoint" when resource.Text("vpc_endpoint_type") == "Interface" =>
            new("interface endpoints", Zones * prices.Month("endpoint.zone.hour")),
        "aws_db_instance" => new("PostgreSQL", Servers(resource) * (prices.Month($"rds.{resource.Text("instance_class")}.hour")
            + (resource.Number("allocated_storage") * prices.Usd("rds.gp3.gb")))),
        "aws_rds_cluster_instance" => new("PostgreSQL", prices.Month($"aurora.{resource.Text("instance_class")}.hour")),
        "aws_secretsmanager_secret_rotation" => new("secrets", prices.Usd("secret")),
        "aws_kms_key" or "aws_kms_replica_key" => new("KMS keys", prices.Usd("kms.key")),
        "aws_route53_zone" => new("DNS zone", prices.Usd("route53.zone")),
        "aws_cloudwatch_metric_alarm" => new("alarms", prices.Usd("cloudwatch.alarm")),
        "aws_wafv2_web_acl" => new(
            "firewall", prices.Usd("waf.acl") + (resource.Find("rule")!.Value.GetArrayLength() * prices.Usd("waf.rule"))),
        _ => null,
    };

    private static int Servers(Resource resource) => resource.Is("multi_az") ? 2 : 1;
}
