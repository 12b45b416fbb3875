mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name           = "airside-dev"
  subnet_ids     = ["subnet-a", "subnet-b", "subnet-c"]
  administrators = { apply = "arn:aws:iam::123456789012:role/airside-ci-dev-apply" }
  log_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

run "auto_mode" {
  command = plan

  assert {
    condition     = aws_eks_cluster.this.compute_config[0].enabled && aws_eks_cluster.this.storage_config[0].block_storage[0].enabled && aws_eks_cluster.this.kubernetes_network_config[0].elastic_load_balancing[0].enabled
    error_message = "Auto Mode is nodes, volumes and load balancers together."
  }

  assert {
    condition     = aws_eks_cluster.this.compute_config[0].node_pools == toset(["general-purpose", "system"])
    error_message = "Both Auto Mode node pools exist."
  }

  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5
    error_message = "All logs of the control plane are on."
  }

  assert {
    condition     = one(aws_eks_cluster.this.encryption_config[0].resources) == "secrets"
    error_message = "Secrets are encrypted with our own key."
  }

  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && !aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions
    error_message = "Access works by entries, and the cluster's creator gets none automatically."
  }

  assert {
    condition     = aws_eks_cluster.this.deletion_protection
    error_message = "A cluster is protected by default."
  }

  assert {
    condition     = aws_eks_addon.metrics_server.addon_name == "metrics-server"
    error_message = "Scaling needs metrics, which Auto Mode does not include."
  }

  assert {
    condition     = aws_cloudwatch_log_group.cluster.name == "/aws/eks/airside-dev/cluster" && aws_cloudwatch_log_group.cluster.retention_in_days == 30
    error_message = "The log group is the one that EKS writes to, and it has a retention."
  }

}

run "the_api_is_private_by_default" {
  command = plan

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "Without ranges the API is reachable only from inside the VPC."
  }

}

run "the_api_is_open_to_named_ranges" {
  command = plan

  variables {
    public_access_cidrs = ["203.0.113.0/28"]
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].public_access_cidrs == toset(["203.0.113.0/28"])
    error_message = "Only the named range reaches the API."
  }

}

run "access" {
  command = plan

  variables {
    viewers = { plan = "arn:aws:iam::123456789012:role/airside-ci-dev-plan" }
  }

  assert {
    condition     = endswith(aws_eks_access_policy_association.this["apply"].policy_arn, "AmazonEKSClusterAdminPolicy")
    error_message = "An administrator may do everything."
  }

  assert {
    condition     = endswith(aws_eks_access_policy_association.this["plan"].policy_arn, "AmazonEKSAdminViewPolicy")
    error_message = "A viewer may only read."
  }

  assert {
    condition     = length(aws_eks_access_entry.this) == 2
    error_message = "No one else has access."
  }

}

run "databases" {
  command = apply

  variables {
    databases = { postgres = { security_group_id = "sg-database", port = 5432 } }
    tags      = { "airside:stack" = "airside-dev" }
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database["postgres"].security_group_id == "sg-database" && aws_vpc_security_group_ingress_rule.database["postgres"].from_port == 5432 && aws_vpc_security_group_ingress_rule.database["postgres"].to_port == 5432
    error_message = "The database is open on its port."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database["postgres"].referenced_security_group_id == output.security_group_id && aws_vpc_security_group_ingress_rule.database["postgres"].cidr_ipv4 == null
    error_message = "The rule admits pods, not addresses."
  }

  assert {
    condition     = aws_ec2_tag.security_group["airside:stack"].resource_id == output.security_group_id
    error_message = "What EKS creates carries the stack's tag."
  }

  assert {
    condition     = output.endpoint == "https://cluster.example"
    error_message = "The outputs contain the API address."
  }

}

run "without_protection" {
  command = plan

  variables {
    deletion_protection = false
  }

  assert {
    condition     = !aws_eks_cluster.this.deletion_protection
    error_message = "The setting reaches the cluster."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "1"
  }

  expect_failures = [var.name]
}

run "a_patch_version_is_refused" {
  command = plan

  variables {
    kubernetes_version = "1.35.2"
  }

  expect_failures = [var.kubernetes_version]
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.subnet_ids]
}

run "a_public_range_of_services_is_refused" {
  command = plan

  variables {
    service_cidr = "100.64.0.0/16"
  }

  expect_failures = [var.service_cidr]
}

run "a_small_range_of_services_is_refused" {
  command = plan

  variables {
    service_cidr = "172.20.0.0/25"
  }

  expect_failures = [var.service_cidr]
}

run "an_api_for_everybody_is_refused" {
  command = plan

  variables {
    public_access_cidrs = ["0.0.0.0/0"]
  }

  expect_failures = [var.public_access_cidrs]
}

run "an_api_for_many_is_refused" {
  command = plan

  variables {
    public_access_cidrs = ["203.0.112.0/23"]
  }

  expect_failures = [var.public_access_cidrs]
}

run "a_database_without_a_port_is_refused" {
  command = plan

  variables {
    databases = { postgres = { security_group_id = "sg-database", port = 0 } }
  }

  expect_failures = [var.databases]
}

run "a_cluster_without_administrators_is_refused" {
  command = plan

  variables {
    administrators = {}
  }

  expect_failures = [var.administrators]
}

run "an_administrator_that_is_no_role_is_refused" {
  command = plan

  variables {
    administrators = { me = "arn:aws:iam::123456789012:user/me" }
  }

  expect_failures = [var.administrators]
}

run "a_viewer_that_is_no_role_is_refused" {
  command = plan

  variables {
    viewers = { all = "*" }
  }

  expect_failures = [var.viewers]
}

run "an_unknown_retention_is_refused" {
  command = plan

  variables {
    log_retention_days = 0
  }

  expect_failures = [var.log_retention_days]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    tags                     = { "aws:owner" = "me" }
    permissions_boundary_arn = "*"
    log_key_arn              = "alias/logs"
  }

  expect_failures = [var.tags, var.permissions_boundary_arn, var.log_key_arn]
}
