mock_provider "aws" {
  source = "../mocks"
}

mock_provider "helm" {}

# It has its own tests, and mocking the firewall takes long.
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
    error_message = "The service is on PostgreSQL by default, and there is no table."
  }

  assert {
    condition     = output.stack == "airside-dev" && output.cluster_name == "airside-dev" && output.service_url == "https://dev.airside.example.org"
    error_message = "Everything is named by the environment."
  }

  assert {
    condition     = jsondecode(aws_resourcegroups_group.stack.resource_query[0].query).TagFilters == [{ Key = "airside:stack", Values = ["airside-dev"] }]
    error_message = "One query finds everything."
  }

  assert {
    condition     = strcontains(output.kubeconfig_command, "--kubeconfig ./kubeconfig-dev")
    error_message = "Access is written into a file of its own."
  }

}

run "dynamodb" {
  command = apply

  variables {
    stores = ["dynamodb"]
  }

  assert {
    condition     = output.table_name == "airside-dev" && output.database_host == null && output.database_secret_arn == null
    error_message = "There is a table, and no server."
  }

  assert {
    condition     = length(module.postgres) == 0 && length(module.dynamodb) == 1
    error_message = "Only the store in use is made."
  }

}

run "aurora" {
  command = apply

  variables {
    postgres = { engine = "aurora", instance_class = "db.r7g.large" }
  }

  assert {
    condition     = output.database_host == "cluster.example:5432" && length(module.postgres[0].instance_ids) == 2
    error_message = "Aurora takes the place of the server."
  }

}

run "an_environment_with_a_hyphen_is_refused" {
  command = plan

  variables {
    environment = "dev-2"
  }

  expect_failures = [var.environment]
}

run "a_zone_as_a_region_is_refused" {
  command = plan

  variables {
    region = "us-east-1a"
  }

  expect_failures = [var.region]
}

run "nobody_as_the_owner_is_refused" {
  command = plan

  variables {
    owner = "?"
  }

  expect_failures = [var.owner]
}

run "the_range_of_services_is_refused" {
  command = plan

  variables {
    vpc_cidr = "172.20.0.0/16"
  }

  expect_failures = [var.vpc_cidr]
}

run "one_nat_gateway_in_production_is_refused" {
  command = plan

  variables {
    environment = "production"
    nat         = "one"
    postgres    = { backup_retention_days = 14 }
  }

  expect_failures = [var.nat]
}

run "no_store_is_refused" {
  command = plan

  variables {
    stores = []
  }

  expect_failures = [var.stores]
}

run "an_unknown_store_is_refused" {
  command = plan

  variables {
    stores = ["embedded"]
  }

  expect_failures = [var.stores]
}

run "a_store_twice_is_refused" {
  command = plan

  variables {
    stores = ["postgres", "postgres"]
  }

  expect_failures = [var.stores]
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

run "production_without_a_last_snapshot_is_refused" {
  command = plan

  variables {
    environment    = "production"
    final_snapshot = false
    postgres       = { backup_retention_days = 35 }
  }

  expect_failures = [var.final_snapshot]
}

run "a_copy_where_the_table_is_is_refused" {
  command = plan

  variables {
    dynamodb = { replica_regions = ["us-east-1"] }
  }

  expect_failures = [var.dynamodb]
}

run "an_environment_named_like_a_part_of_the_account_is_refused" {
  command = plan

  variables {
    environment = "bootstrap"
  }

  expect_failures = [var.environment]
}

run "a_database_among_the_services_is_refused" {
  command = plan

  variables {
    database_network = "dedicated"
    database_cidr    = "172.20.4.0/22"
  }

  expect_failures = [var.database_cidr]
}

run "an_administrator_that_is_no_role_is_refused" {
  command = plan

  variables {
    administrators = { me = "arn:aws:iam::123456789012:user/me" }
  }

  expect_failures = [var.administrators]
}
