data "aws_caller_identity" "current" {}

# --- Topic ---------------------------------------------------------------------

resource "aws_sns_topic" "this" {
  name              = "${var.name}-alarms"
  kms_master_key_id = module.key.arn
}

module "key" {
  source = "../key"

  name        = "${var.name}-alarms"
  description = "Alarms of ${var.name}"
  services    = local.publishers
}

locals {
  publishers = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com", "events.rds.amazonaws.com"]
}

data "aws_iam_policy_document" "topic" {
  statement {
    sid       = "AlarmsOfThisAccount"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "Service"
      identifiers = local.publishers
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.emails

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = each.key
}

# --- Alarms --------------------------------------------------------------------

locals {
  # Crossing a threshold in each minute of `minutes` means something is wrong. Memory and storage are in bytes, latency in seconds.
  postgres_alarms = {
    connections = { metric = "DatabaseConnections", statistic = "Maximum", over = true, threshold = var.postgres.connections_max, minutes = 10 }
    cpu         = { metric = "CPUUtilization", statistic = "Average", over = true, threshold = 80, minutes = 15 }
    latency     = { metric = "WriteLatency", statistic = "Average", over = true, threshold = 0.05, minutes = 10 }
    memory      = { metric = "FreeableMemory", statistic = "Average", over = false, threshold = 268435456, minutes = 15 }
    storage     = { metric = "FreeStorageSpace", statistic = "Minimum", over = false, threshold = 5368709120, minutes = 5 }
  }
  table_alarms = {
    errors    = { metric = "SystemErrors", statistic = "Sum", over = true, threshold = 10, minutes = 5 }
    throttled = { metric = "WriteThrottleEvents", statistic = "Sum", over = true, threshold = 100, minutes = 5 }
  }
  nat_alarms = {
    dropped = { metric = "PacketsDropCount", statistic = "Sum", over = true, threshold = 1000, minutes = 5 }
    ports   = { metric = "ErrorPortAllocation", statistic = "Sum", over = true, threshold = 0, minutes = 5 }
  }
  load_balancer_alarms = {
    own-5xx     = { metric = "HTTPCode_ELB_5XX_Count", statistic = "Sum", over = true, threshold = var.load_balancer_errors_max, minutes = 5 }
    service-5xx = { metric = "HTTPCode_Target_5XX_Count", statistic = "Sum", over = true, threshold = var.load_balancer_errors_max, minutes = 5 }
  }

  # Load balancers by name. The value is the end of the ARN, which CloudWatch uses as their id.
  load_balancers = {
    for arn in data.aws_lbs.cluster.arns : split("/", arn)[2] => split(":loadbalancer/", arn)[1] if strcontains(arn, ":loadbalancer/app/")
  }

  # Aurora storage grows automatically, so it has no storage alarm.
  watched = concat(
    [for id in var.postgres.instance_ids : {
      name      = "postgres-${id}"
      namespace = "AWS/RDS"
      dimension = { DBInstanceIdentifier = id }
      alarms    = { for alarm, settings in local.postgres_alarms : alarm => settings if alarm != "storage" || !var.postgres.is_aurora }
    }],
    [for table in var.table_names : {
      name = "dynamodb-${table}", namespace = "AWS/DynamoDB", dimension = { TableName = table }, alarms = local.table_alarms
    }],
    [for zone, id in var.nat_gateway_ids : {
      name = "nat-${zone}", namespace = "AWS/NATGateway", dimension = { NatGatewayId = id }, alarms = local.nat_alarms
    }],
    [for name, suffix in local.load_balancers : {
      name = "load-balancer-${name}", namespace = "AWS/ApplicationELB", dimension = { LoadBalancer = suffix }, alarms = local.load_balancer_alarms
    }],
  )
}

# The cluster creates load balancers after this; the next apply adds their alarms.
data "aws_lbs" "cluster" {
  tags = { "airside:stack" = var.name }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = merge([for target in local.watched : {
    for alarm, settings in target.alarms : "${var.name}-${target.name}-${alarm}" => merge(settings, target)
  }]...)

  alarm_name          = each.key
  alarm_description   = "${each.value.metric} of ${each.value.name} in ${var.name}; see docs/operate/infrastructure.md"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimension
  statistic           = each.value.statistic
  comparison_operator = each.value.over ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = ceil(each.value.minutes * 0.6)

  # A database that sends no data is down. Error counters send nothing while there are no errors.
  treat_missing_data = each.value.namespace == "AWS/RDS" ? "breaching" : "notBreaching"
  alarm_actions      = [aws_sns_topic.this.arn]
  ok_actions         = [aws_sns_topic.this.arn]
}

resource "aws_db_event_subscription" "instances" {
  count = length(var.postgres.instance_ids) > 0 ? 1 : 0

  name             = "${var.name}-instances"
  sns_topic        = aws_sns_topic.this.arn
  source_type      = "db-instance"
  source_ids       = var.postgres.instance_ids
  event_categories = ["deletion", "failover", "failure", "low storage", "maintenance", "recovery"]

  depends_on = [aws_sns_topic_policy.this]
}

# --- Budget --------------------------------------------------------------------

resource "aws_budgets_budget" "this" {
  name         = var.name
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:airside:stack$%s", var.name)]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      comparison_operator       = "GREATER_THAN"
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
    }
  }

  depends_on = [aws_sns_topic_policy.this]
}
