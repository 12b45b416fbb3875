mock_provider "aws" {
  source = "../../mocks"
}

# Every run is a plan, because mocking an applied firewall is slow.
override_resource {
  target          = aws_security_group.load_balancer
  override_during = plan
  values = {
    id = "sg-load-balancer"
  }
}

override_resource {
  target          = aws_acm_certificate.this
  override_during = plan
  values = {
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    domain_validation_options = [{
      domain_name           = "dev.airside.example.org"
      resource_record_name  = "_mock.dev.airside.example.org"
      resource_record_type  = "CNAME"
      resource_record_value = "_mock.acm-validations.example"
    }]
  }
}

override_resource {
  target          = aws_route53_zone.this
  override_during = plan
  values = {
    zone_id      = "Z0000000000000000000"
    name_servers = ["ns-1.example", "ns-2.example", "ns-3.example", "ns-4.example"]
  }
}

variables {
  name                      = "airside-dev"
  domain                    = "dev.airside.example.org"
  cluster_name              = "airside-dev"
  vpc_id                    = "vpc-cluster"
  cluster_security_group_id = "sg-cluster"
  log_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

# Each run plans only what it checks: planning the firewall takes seconds.
run "names_and_certificate" {
  command = plan

  plan_options {
    target = [
      aws_acm_certificate_validation.this,
      aws_eks_addon.external_dns,
      aws_route53_record.delegation,
      aws_route53_record.validation,
    ]
  }

  assert {
    condition     = aws_route53_zone.this.name == "dev.airside.example.org" && length(aws_route53_record.delegation) == 0 && length(aws_acm_certificate_validation.this) == 0
    error_message = "Without a parent zone nothing waits for the certificate."
  }

  assert {
    condition     = aws_acm_certificate.this.validation_method == "DNS" && one(aws_acm_certificate.this.subject_alternative_names) == "*.dev.airside.example.org"
    error_message = "The certificate covers the domain and the names below it."
  }

  assert {
    condition     = aws_route53_record.validation.name == "_mock.dev.airside.example.org"
    error_message = "One record validates the name and its wildcard."
  }

  assert {
    condition     = jsondecode(aws_eks_addon.external_dns.configuration_values).domainFilters == ["dev.airside.example.org"]
    error_message = "Hosts are written only into this zone."
  }

}

run "a_zone_above_delegates" {
  command = plan

  plan_options {
    target = [aws_acm_certificate_validation.this, aws_route53_record.delegation]
  }

  variables {
    parent_zone_id = "Z0123456789ABCDEF"
  }

  assert {
    condition     = aws_route53_record.delegation[0].zone_id == "Z0123456789ABCDEF" && aws_route53_record.delegation[0].records == toset(aws_route53_zone.this.name_servers)
    error_message = "The parent zone lists the name servers of this zone."
  }

  assert {
    condition     = length(aws_acm_certificate_validation.this) == 1
    error_message = "With a parent zone Terraform waits for the certificate."
  }

}

run "who_reaches_what" {
  command = plan

  plan_options {
    target = [
      aws_vpc_security_group_egress_rule.load_balancer,
      aws_vpc_security_group_ingress_rule.load_balancer,
      aws_vpc_security_group_ingress_rule.pods,
    ]
  }

  assert {
    condition     = join(" ", sort([for rule in aws_vpc_security_group_ingress_rule.load_balancer : tostring(rule.from_port)])) == "443 80"
    error_message = "Clients reach two ports."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_egress_rule.load_balancer : rule.referenced_security_group_id == "sg-cluster"])
    error_message = "The load balancer reaches only pods."
  }

  assert {
    condition     = join(" ", keys(aws_vpc_security_group_ingress_rule.pods)) == "3000 8080" && alltrue([for rule in aws_vpc_security_group_ingress_rule.pods : rule.referenced_security_group_id == output.security_group_id])
    error_message = "The load balancer reaches pods on their ports."
  }

}

run "known_clients_only" {
  command = plan

  plan_options {
    target = [aws_vpc_security_group_egress_rule.load_balancer, aws_vpc_security_group_ingress_rule.load_balancer]
  }

  variables {
    allowed_cidrs = ["198.51.100.0/24", "203.0.113.7/32"]
    target_ports  = [8080]
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.load_balancer) == 4 && !contains([for rule in aws_vpc_security_group_ingress_rule.load_balancer : rule.cidr_ipv4], "0.0.0.0/0")
    error_message = "Only the named ranges have access."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.load_balancer) == 1
    error_message = "Only the named ports are open."
  }

}

run "firewall" {
  command = plan

  variables {
    rate_limit_per_minute = 1000
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.this.rule : rule.statement[0].rate_based_statement[0].limit if rule.name == "rate"]) == 1000
    error_message = "The rule uses the limit."
  }

  assert {
    condition     = length([for rule in aws_wafv2_web_acl.this.rule : rule if length(rule.statement[0].managed_rule_group_statement) == 1]) == 3
    error_message = "Three AWS managed rule groups are on."
  }

  assert {
    condition     = length(distinct([for rule in aws_wafv2_web_acl.this.rule : rule.priority])) == 4
    error_message = "Each rule has its own priority."
  }

  assert {
    condition     = one(flatten([for rule in aws_wafv2_web_acl.this.rule : [for group in rule.statement[0].managed_rule_group_statement : group.rule_action_override[*].name]])) == "SizeRestrictions_BODY"
    error_message = "Batches above 8 KiB pass."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_logging_configuration.this.redacted_fields) == 2 && aws_cloudwatch_log_group.firewall.name == "aws-waf-logs-airside-dev"
    error_message = "API keys are not logged."
  }

}

# One plan can reject several variables, because expect_failures names each of them.
run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    name                      = ""
    domain                    = "*.example.org"
    parent_zone_id            = "example.org"
    allowed_cidrs             = []
    target_ports              = [22]
    rate_limit_per_minute     = 9
    log_retention_days        = 45
    cluster_name              = "my cluster"
    vpc_id                    = "10.20.0.0/16"
    cluster_security_group_id = "0.0.0.0/0"
    log_key_arn               = "alias/logs"
  }

  expect_failures = [
    var.name,
    var.domain,
    var.parent_zone_id,
    var.allowed_cidrs,
    var.target_ports,
    var.rate_limit_per_minute,
    var.log_retention_days,
    var.cluster_name,
    var.vpc_id,
    var.cluster_security_group_id,
    var.log_key_arn,
  ]
}

run "a_domain_that_is_a_url_and_a_client_by_name_are_refused" {
  command = plan

  variables {
    domain        = "https://example.org"
    allowed_cidrs = ["example.org"]
  }

  expect_failures = [var.domain, var.allowed_cidrs]
}
