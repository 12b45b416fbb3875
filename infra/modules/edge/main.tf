# --- Names ---------------------------------------------------------------------

resource "aws_route53_zone" "this" {
  name    = var.domain
  comment = "Hosts of ${var.name}"

  # This module and the cluster create all records, so none of them is worth keeping.
  force_destroy = true
}

resource "aws_route53_record" "delegation" {
  count = var.parent_zone_id == null ? 0 : 1

  zone_id = var.parent_zone_id
  name    = var.domain
  type    = "NS"
  ttl     = 3600
  records = aws_route53_zone.this.name_servers
}

resource "aws_route53_record" "authority" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "CAA"
  ttl     = 3600
  records = ["0 issue \"amazon.com\"", "0 issuewild \"amazon.com\""]
}

# External-dns writes the hosts of the cluster's ingresses into the zone, with the role that the identity module gives its service account.
# A pod gets its role when it starts, so the role must be bound first.
resource "aws_eks_addon" "external_dns" {
  cluster_name                = var.cluster_name
  addon_name                  = "external-dns"
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  configuration_values = jsonencode({
    domainFilters = [var.domain]
    policy        = "sync"
    txtOwnerId    = var.name
  })

  depends_on = [var.dns_identity]
}

# --- Certificate ---------------------------------------------------------------

resource "aws_acm_certificate" "this" {
  domain_name               = var.domain
  subject_alternative_names = ["*.${var.domain}"]
  validation_method         = "DNS"
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # One record validates both the name and its wildcard.
  validation = one([for option in aws_acm_certificate.this.domain_validation_options : option if option.domain_name == var.domain])
}

resource "aws_route53_record" "validation" {
  zone_id = aws_route53_zone.this.zone_id
  name    = local.validation.resource_record_name
  type    = local.validation.resource_record_type
  ttl     = 300
  records = [local.validation.resource_record_value]
}

# Without a parent zone it is unknown when the delegation to the name servers exists, so nothing waits for it.
resource "aws_acm_certificate_validation" "this" {
  count = var.parent_zone_id == null ? 0 : 1

  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [aws_route53_record.validation.fqdn]

  depends_on = [aws_route53_record.delegation]
}

# --- Load balancer -------------------------------------------------------------

# The cluster creates the load balancer from its ingresses. This module decides who may reach it and what it may reach.
resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Load balancer of ${var.name}"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-load-balancer" }
}

locals {
  # Port 80 redirects to port 443.
  entrances = { for pair in setproduct(var.allowed_cidrs, [80, 443]) : "${pair[0]} ${pair[1]}" => { cidr = pair[0], port = pair[1] } }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = local.entrances

  security_group_id = aws_security_group.load_balancer.id
  description       = "Clients, port ${each.value.port}"
  cidr_ipv4         = each.value.cidr
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "load_balancer" {
  for_each = toset([for port in var.target_ports : tostring(port)])

  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = var.cluster_security_group_id
  description                  = "Pods, port ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.key)
  to_port                      = tonumber(each.key)
}

resource "aws_vpc_security_group_ingress_rule" "pods" {
  for_each = toset([for port in var.target_ports : tostring(port)])

  security_group_id            = var.cluster_security_group_id
  referenced_security_group_id = aws_security_group.load_balancer.id
  description                  = "Load balancer, port ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.key)
  to_port                      = tonumber(each.key)
}

# --- Firewall ------------------------------------------------------------------

locals {
  # A batch of transactions has up to 4 MiB. The AWS body-size rule rejects bodies above 8 KiB, so here it only counts.
  managed_rules = {
    AWSManagedRulesAmazonIpReputationList = []
    AWSManagedRulesCommonRuleSet          = ["SizeRestrictions_BODY"]
    AWSManagedRulesKnownBadInputsRuleSet  = []
  }
}

resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "Load balancer of ${var.name}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 0

    action {
      block {
        custom_response {
          response_code = 429

          response_header {
            name  = "Retry-After"
            value = "60"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        evaluation_window_sec = 60
        limit                 = var.rate_limit_per_minute
      }
    }

    visibility_config {
      metric_name                = "${var.name}-rate"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.managed_rules

    content {
      name     = rule.key
      priority = index(keys(local.managed_rules), rule.key) + 1

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          dynamic "rule_action_override" {
            for_each = rule.value

            content {
              name = rule_action_override.value

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        metric_name                = "${var.name}-${rule.key}"
        cloudwatch_metrics_enabled = true
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall.arn]

  # These headers carry API keys.
  dynamic "redacted_fields" {
    for_each = toset(["authorization", "x-api-key"])

    content {
      single_header {
        name = redacted_fields.key
      }
    }
  }

  # The service logs the requests that the firewall lets through.
  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }
    }
  }
}

# The firewall requires this prefix in the name.
resource "aws_cloudwatch_log_group" "firewall" {
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}
