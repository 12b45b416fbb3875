mock_provider "aws" {
  source = "../mocks"
}

mock_provider "helm" {}

# The edge module has its own tests, and mocking the firewall is slow.
override_module {
  target = module.edge
  outputs = {
    certificate_arn   = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    name_servers      = ["ns-1.example", "ns-2.example"]
    security_group_id = "sg-load-balancer"
    web_acl_arn       = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/mock/00000000-0000-0000-0000-000000000000"
    zone_arn          = "arn:aws:route53:::hostedzone/Z0000000000000000000"
  }
}

variables {
  environment         = "dev"
  owner               = "platform@example.org"
  vpc_cidr            = "10.20.0.0/16"
  public_access_cidrs = ["203.0.113.0/28"]
  domain              = "dev.airside.example.org"
  alarm_emails        = ["platform@example.org"]
  budget_usd          = 500
  repository_url      = "https://github.com/example/airside"
}

run "postgres" {
  command = apply

  assert {
    condition     = output.database_host == "database.example:5432" && output.table_name == null
    error_message = "The service uses PostgreSQL by default, and there is no table."
  }

  assert {
    condition     = output.stack == "airside-dev" && output.cluster_name == "airside-dev" && output.service_url == "https://dev.airside.example.org"
    error_message = "Everything is named after the environment."
  }

  assert {
    condition     = jsondecode(aws_resourcegroups_group.stack.resource_query[0].query).TagFilters == [{ Key = "airside:stack", Values = ["airside-dev"] }]
    error_message = "One query finds everything."
  }

  assert {
    condition     = strcontains(output.kubeconfig_command, "--kubeconfig ./kubeconfig-dev")
    error_message = "The command writes a separate kubeconfig file."
  }

}

run "dynamodb" {
  command = apply

  variables {
    stores = ["dynamodb"]
  }

  assert {
    condition     = output.table_name == "airside-dev" && output.database_host == null && output.database_secret_arn == null
    error_message = "There is a table and no server."
  }

  assert {
    condition     = length(module.postgres) == 0 && length(module.dynamodb) == 1
    error_message = "Only the store in use is created."
  }

}

run "aurora" {
  command = apply

  variables {
    postgres = { engine = "aurora", instance_class = "db.r7g.large" }
  }

  assert {
    condition     = output.database_host == "cluster.example:5432" && length(module.postgres[0].instance_ids) == 2
    error_message = "Aurora replaces the server."
  }

}

# One plan can reject several variables, because expect_failures names each of them.
run "what_is_no_such_thing_is_refused" {
  command = plan

  variables {
    environment    = "dev-2"
    region         = "us-east-1a"
    owner          = "?"
    vpc_cidr       = "172.20.0.0/16"
    stores         = []
    administrators = { me = "arn:aws:iam::123456789012:user/me" }
  }

  expect_failures = [var.environment, var.region, var.owner, var.vpc_cidr, var.stores, var.administrators]
}

run "what_stands_elsewhere_is_refused" {
  command = plan

  variables {
    environment      = "bootstrap"
    stores           = ["embedded"]
    dynamodb         = { replica_regions = ["us-east-1"] }
    database_network = "dedicated"
    database_cidr    = "172.20.4.0/22"
  }

  expect_failures = [var.environment, var.stores, var.dynamodb, var.database_cidr]
}

run "a_store_twice_is_refused" {
  command = plan

  variables {
    stores = ["postgres", "postgres"]
  }

  expect_failures = [var.stores]
}

# Two weeks of backups are accepted.
run "one_nat_gateway_and_no_last_snapshot_in_production_are_refused" {
  command = plan

  variables {
    environment    = "production"
    nat            = "one"
    final_snapshot = false
    postgres       = { backup_retention_days = 14 }
  }

  expect_failures = [var.nat, var.final_snapshot]
}

run "one_server_in_production_is_refused" {
  command = plan

  variables {
    environment = "production"
    postgres    = { multi_az = false, backup_retention_days = 35 }
  }

  expect_failures = [var.postgres]
}

run "a_week_of_backups_in_production_is_refused" {
  command = plan

  variables {
    environment = "production"
    postgres    = { backup_retention_days = 7 }
  }

  expect_failures = [var.postgres]
}
