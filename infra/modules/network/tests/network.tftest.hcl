mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "airside-dev"
  cidr        = "10.20.0.0/16"
  log_key_arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

# --- Subnets -------------------------------------------------------------------

run "subnets_of_the_largest_range" {
  command = plan

  assert {
    condition     = output.zones == tolist(["us-east-1a", "us-east-1b", "us-east-1c"])
    error_message = "The first three zones by name are expected."
  }

  assert {
    condition     = values(output.subnet_cidrs.private) == tolist(["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18"])
    error_message = "Each private subnet is a quarter of the range."
  }

  assert {
    condition     = values(output.subnet_cidrs.public) == tolist(["10.20.192.0/20", "10.20.208.0/20", "10.20.224.0/20"])
    error_message = "Each public subnet is a sixteenth of the range."
  }

  assert {
    condition     = values(output.subnet_cidrs.database) == tolist(["10.20.240.0/22", "10.20.244.0/22", "10.20.248.0/22"])
    error_message = "Each database subnet is a sixty-fourth of the range."
  }

  assert {
    condition     = aws_vpc.this.enable_dns_hostnames && aws_vpc.this.enable_dns_support
    error_message = "DNS resolves endpoints and databases."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "Machines in a public subnet get no public address automatically."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.tags["kubernetes.io/role/elb"] == "1"])
    error_message = "Load balancers find the public subnets by their tag."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.tags["kubernetes.io/role/internal-elb"] == "1"])
    error_message = "Internal load balancers find the private subnets by their tag."
  }
}

run "subnets_of_a_middle_range" {
  command = plan

  variables {
    cidr = "172.16.32.0/19"
  }

  assert {
    condition     = values(output.subnet_cidrs.private) == tolist(["172.16.32.0/21", "172.16.40.0/21", "172.16.48.0/21"])
    error_message = "Each private subnet is a quarter of the range."
  }

  assert {
    condition     = values(output.subnet_cidrs.public) == tolist(["172.16.56.0/23", "172.16.58.0/23", "172.16.60.0/23"])
    error_message = "Each public subnet is a sixteenth of the range."
  }

  assert {
    condition     = values(output.subnet_cidrs.database) == tolist(["172.16.62.0/25", "172.16.62.128/25", "172.16.63.0/25"])
    error_message = "Each database subnet is a sixty-fourth of the range."
  }
}

run "subnets_of_the_smallest_range" {
  command = plan

  variables {
    cidr = "192.168.4.0/22"
  }

  assert {
    condition     = values(output.subnet_cidrs.database) == tolist(["192.168.7.192/28", "192.168.7.208/28", "192.168.7.224/28"])
    error_message = "A /28 is the smallest subnet that AWS accepts."
  }

  assert {
    condition     = alltrue([for cidr in values(output.subnet_cidrs.public) : endswith(cidr, "/26")])
    error_message = "A load balancer needs a /27 or more in each zone."
  }
}

# When two ranges overlap, one contains the other, so both are equal when cut to the shorter prefix.
run "subnets_do_not_overlap" {
  command = plan

  variables {
    cidr = "10.64.16.0/20"
  }

  assert {
    condition = alltrue(flatten([
      for one in flatten([for tier in output.subnet_cidrs : values(tier)]) : [
        for other in flatten([for tier in output.subnet_cidrs : values(tier)]) :
        one == other || cidrhost("${split("/", one)[0]}/${min(split("/", one)[1], split("/", other)[1])}", 0) != cidrhost("${split("/", other)[0]}/${min(split("/", one)[1], split("/", other)[1])}", 0)
      ]
    ]))
    error_message = "Two subnets share addresses: ${jsonencode(output.subnet_cidrs)}."
  }

  assert {
    condition     = length(distinct(flatten([for tier in output.subnet_cidrs : values(tier)]))) == 9
    error_message = "Three tiers in three zones are nine subnets."
  }

  assert {
    condition     = alltrue([for cidr in flatten([for tier in output.subnet_cidrs : values(tier)]) : cidrhost("${split("/", cidr)[0]}/20", 0) == "10.64.16.0"])
    error_message = "A subnet lies outside the range of the VPC."
  }
}

run "two_zones" {
  command = plan

  variables {
    zone_count = 2
  }

  assert {
    condition     = length(aws_subnet.private) == 2 && length(aws_subnet.public) == 2 && length(aws_subnet.database) == 2
    error_message = "Two zones have six subnets."
  }
}

# --- Internet ------------------------------------------------------------------

run "a_nat_gateway_in_each_zone" {
  command = apply

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.nat) == 3
    error_message = "Three zones have three NAT gateways."
  }

  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id])
    error_message = "Each zone goes out through its own gateway."
  }

  assert {
    condition     = alltrue([for route in aws_route.nat : route.destination_cidr_block == "0.0.0.0/0"])
    error_message = "The gateway is the route to everything outside."
  }
}

run "one_nat_gateway" {
  command = apply

  variables {
    nat = "one"
  }

  assert {
    condition     = join(" ", keys(aws_nat_gateway.this)) == "us-east-1a"
    error_message = "The one gateway is in the first zone."
  }

  assert {
    condition     = length(aws_route.nat) == 3 && length(distinct([for route in aws_route.nat : route.nat_gateway_id])) == 1
    error_message = "All zones go out through the one gateway."
  }
}

run "a_network_for_databases_has_no_way_out" {
  command = plan

  variables {
    tiers = ["database"]
  }

  assert {
    condition     = length(aws_internet_gateway.this) == 0 && length(aws_nat_gateway.this) == 0 && length(aws_route.nat) == 0 && length(aws_route.internet) == 0
    error_message = "No gateway and no route leads out."
  }

  assert {
    condition     = length(aws_subnet.database) == 3 && length(aws_subnet.public) == 0 && length(aws_subnet.private) == 0
    error_message = "Only database subnets are expected."
  }

  assert {
    condition     = length(aws_vpc_endpoint.gateway) == 0
    error_message = "A network without private subnets has no gateway endpoints."
  }
}

# --- Endpoints -----------------------------------------------------------------

run "gateway_endpoints_are_always_there" {
  command = plan

  assert {
    condition     = join(" ", keys(aws_vpc_endpoint.gateway)) == "dynamodb s3" && length(aws_vpc_endpoint.interface) == 0
    error_message = "By default only the free endpoints exist."
  }

  assert {
    condition     = length(aws_security_group.endpoints) == 0
    error_message = "Without interface endpoints there is no security group for them."
  }
}

run "interface_endpoints" {
  command = plan

  variables {
    interface_endpoints = ["ecr.dkr", "sts"]
  }

  assert {
    condition     = aws_vpc_endpoint.interface["sts"].service_name == "com.amazonaws.us-east-1.sts" && aws_vpc_endpoint.interface["sts"].private_dns_enabled
    error_message = "The endpoint's service name contains this region."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.from_port == 443 && rule.to_port == 443])
    error_message = "Endpoints are reachable only by TLS."
  }

  assert {
    condition     = tolist([for rule in aws_vpc_security_group_ingress_rule.endpoints : rule.cidr_ipv4]) == tolist(values(output.subnet_cidrs.private))
    error_message = "Endpoints are reachable only from the private subnets."
  }
}

# --- Flow logs -----------------------------------------------------------------

run "flow_logs" {
  command = plan

  variables {
    log_retention_days = 90
  }

  assert {
    condition     = aws_flow_log.this.traffic_type == "ALL" && aws_cloudwatch_log_group.flow.retention_in_days == 90
    error_message = "All traffic is logged and kept for the configured time."
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow.kms_key_id == var.log_key_arn
    error_message = "Flow logs are encrypted with the log key."
  }
}

# --- Refusals ------------------------------------------------------------------

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "Airside_Dev"
  }

  expect_failures = [var.name]
}

run "a_range_that_is_too_large_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/15"
  }

  expect_failures = [var.cidr]
}

run "a_range_that_is_too_small_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/23"
  }

  expect_failures = [var.cidr]
}

run "a_range_that_begins_in_the_middle_is_refused" {
  command = plan

  variables {
    cidr = "10.0.1.0/16"
  }

  expect_failures = [var.cidr]
}

run "a_public_range_is_refused" {
  command = plan

  variables {
    cidr = "8.8.0.0/16"
  }

  expect_failures = [var.cidr]
}

run "a_range_that_only_looks_private_is_refused" {
  command = plan

  variables {
    cidr = "172.32.0.0/16"
  }

  expect_failures = [var.cidr]
}

run "one_zone_is_refused" {
  command = plan

  variables {
    zone_count = 1
  }

  expect_failures = [var.zone_count]
}

run "a_zone_by_name_is_refused" {
  command = plan

  variables {
    excluded_zone_ids = ["us-east-1e"]
  }

  expect_failures = [var.excluded_zone_ids]
}

run "an_unknown_tier_is_refused" {
  command = plan

  variables {
    tiers = ["private", "secret"]
  }

  expect_failures = [var.tiers]
}

run "an_unknown_nat_is_refused" {
  command = plan

  variables {
    nat = "two"
  }

  expect_failures = [var.nat]
}

run "an_unknown_endpoint_is_refused" {
  command = plan

  variables {
    interface_endpoints = ["ec2"]
  }

  expect_failures = [var.interface_endpoints]
}

run "endpoints_without_private_subnets_are_refused" {
  command = plan

  variables {
    tiers               = ["database"]
    interface_endpoints = ["sts"]
  }

  expect_failures = [var.interface_endpoints]
}

run "an_unknown_retention_is_refused" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    log_key_arn              = "alias/logs"
    permissions_boundary_arn = "*"
  }

  expect_failures = [var.log_key_arn, var.permissions_boundary_arn]
}
