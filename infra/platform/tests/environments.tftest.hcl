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

# Every setting is passed on. What a file leaves out is null here, so the variable's default applies.

run "settings_of_dev" {
  command = plan

  module {
    source = "./tests/settings"
  }

  variables {
    environment = "dev"
  }
}

run "dev" {
  command = apply

  variables {
    environment         = run.settings_of_dev.of.environment
    owner               = run.settings_of_dev.of.owner
    vpc_cidr            = run.settings_of_dev.of.vpc_cidr
    nat                 = run.settings_of_dev.of.nat
    interface_endpoints = run.settings_of_dev.of.interface_endpoints
    public_access_cidrs = run.settings_of_dev.of.public_access_cidrs
    stores              = run.settings_of_dev.of.stores
    deletion_protection = run.settings_of_dev.of.deletion_protection
    final_snapshot      = run.settings_of_dev.of.final_snapshot
    database_network    = run.settings_of_dev.of.database_network
    database_cidr       = run.settings_of_dev.of.database_cidr
    postgres            = run.settings_of_dev.of.postgres
    dynamodb            = run.settings_of_dev.of.dynamodb
    domain              = run.settings_of_dev.of.domain
    alarm_emails        = run.settings_of_dev.of.alarm_emails
    budget_usd          = run.settings_of_dev.of.budget_usd
    argocd_replicas     = run.settings_of_dev.of.argocd_replicas
    log_retention_days  = run.settings_of_dev.of.log_retention_days
    repository_url      = run.settings_of_dev.of.repository_url
  }

  assert {
    condition     = output.stack == "airside-dev" && output.service_url == "https://dev.airside.example.org"
    error_message = "Stack and host are those of dev."
  }

  assert {
    condition     = length(output.nat_addresses) == 1
    error_message = "One NAT gateway serves all zones."
  }

  assert {
    condition     = output.database_host == "database.example:5432" && output.table_name == null
    error_message = "The store is PostgreSQL."
  }

  assert {
    condition     = module.postgres[0].vpc_id == module.network.vpc_id
    error_message = "The database is in the cluster's VPC."
  }

  assert {
    condition     = values(module.network.subnet_cidrs.private) == tolist(["10.20.0.0/18", "10.20.64.0/18", "10.20.128.0/18"])
    error_message = "The private subnets are quarters of the range."
  }
}

run "settings_of_test" {
  command = plan

  module {
    source = "./tests/settings"
  }

  variables {
    environment = "test"
  }
}

run "test" {
  command = apply

  variables {
    environment         = run.settings_of_test.of.environment
    owner               = run.settings_of_test.of.owner
    vpc_cidr            = run.settings_of_test.of.vpc_cidr
    nat                 = run.settings_of_test.of.nat
    interface_endpoints = run.settings_of_test.of.interface_endpoints
    public_access_cidrs = run.settings_of_test.of.public_access_cidrs
    stores              = run.settings_of_test.of.stores
    deletion_protection = run.settings_of_test.of.deletion_protection
    final_snapshot      = run.settings_of_test.of.final_snapshot
    database_network    = run.settings_of_test.of.database_network
    database_cidr       = run.settings_of_test.of.database_cidr
    postgres            = run.settings_of_test.of.postgres
    dynamodb            = run.settings_of_test.of.dynamodb
    domain              = run.settings_of_test.of.domain
    alarm_emails        = run.settings_of_test.of.alarm_emails
    budget_usd          = run.settings_of_test.of.budget_usd
    argocd_replicas     = run.settings_of_test.of.argocd_replicas
    log_retention_days  = run.settings_of_test.of.log_retention_days
    repository_url      = run.settings_of_test.of.repository_url
  }

  assert {
    condition     = output.stack == "airside-test" && output.service_url == "https://test.airside.example.org"
    error_message = "Stack and host are those of test."
  }

  assert {
    condition     = length(output.nat_addresses) == 1
    error_message = "One NAT gateway serves all zones."
  }

  assert {
    condition     = output.database_host == "database.example:5432" && output.table_name == "airside-test"
    error_message = "Every release is tested on both stores."
  }

  assert {
    condition     = values(module.network.subnet_cidrs.database) == tolist(["10.24.240.0/22", "10.24.244.0/22", "10.24.248.0/22"])
    error_message = "The database subnets are at the end of the range."
  }
}

run "settings_of_uat" {
  command = plan

  module {
    source = "./tests/settings"
  }

  variables {
    environment = "uat"
  }
}

run "uat" {
  command = apply

  variables {
    environment         = run.settings_of_uat.of.environment
    owner               = run.settings_of_uat.of.owner
    vpc_cidr            = run.settings_of_uat.of.vpc_cidr
    nat                 = run.settings_of_uat.of.nat
    interface_endpoints = run.settings_of_uat.of.interface_endpoints
    public_access_cidrs = run.settings_of_uat.of.public_access_cidrs
    stores              = run.settings_of_uat.of.stores
    deletion_protection = run.settings_of_uat.of.deletion_protection
    final_snapshot      = run.settings_of_uat.of.final_snapshot
    database_network    = run.settings_of_uat.of.database_network
    database_cidr       = run.settings_of_uat.of.database_cidr
    postgres            = run.settings_of_uat.of.postgres
    dynamodb            = run.settings_of_uat.of.dynamodb
    domain              = run.settings_of_uat.of.domain
    alarm_emails        = run.settings_of_uat.of.alarm_emails
    budget_usd          = run.settings_of_uat.of.budget_usd
    argocd_replicas     = run.settings_of_uat.of.argocd_replicas
    log_retention_days  = run.settings_of_uat.of.log_retention_days
    repository_url      = run.settings_of_uat.of.repository_url
  }

  assert {
    condition     = output.stack == "airside-uat" && output.service_url == "https://uat.airside.example.org"
    error_message = "Stack and host are those of uat."
  }

  assert {
    condition     = length(output.nat_addresses) == 3
    error_message = "Each zone has its NAT gateway."
  }

  assert {
    condition     = module.postgres[0].vpc_id != module.network.vpc_id
    error_message = "The database has its own VPC, as in production."
  }

  assert {
    condition     = length(module.postgres[0].instance_ids) == 1 && output.table_name == null
    error_message = "The store is PostgreSQL."
  }
}

run "settings_of_production" {
  command = plan

  module {
    source = "./tests/settings"
  }

  variables {
    environment = "production"
  }
}

run "production" {
  command = apply

  variables {
    environment         = run.settings_of_production.of.environment
    owner               = run.settings_of_production.of.owner
    vpc_cidr            = run.settings_of_production.of.vpc_cidr
    nat                 = run.settings_of_production.of.nat
    interface_endpoints = run.settings_of_production.of.interface_endpoints
    public_access_cidrs = run.settings_of_production.of.public_access_cidrs
    stores              = run.settings_of_production.of.stores
    deletion_protection = run.settings_of_production.of.deletion_protection
    final_snapshot      = run.settings_of_production.of.final_snapshot
    database_network    = run.settings_of_production.of.database_network
    database_cidr       = run.settings_of_production.of.database_cidr
    postgres            = run.settings_of_production.of.postgres
    dynamodb            = run.settings_of_production.of.dynamodb
    domain              = run.settings_of_production.of.domain
    alarm_emails        = run.settings_of_production.of.alarm_emails
    budget_usd          = run.settings_of_production.of.budget_usd
    argocd_replicas     = run.settings_of_production.of.argocd_replicas
    log_retention_days  = run.settings_of_production.of.log_retention_days
    repository_url      = run.settings_of_production.of.repository_url
  }

  assert {
    condition     = output.stack == "airside-production" && output.service_url == "https://airside.example.org"
    error_message = "Stack and host are those of production."
  }

  assert {
    condition     = length(output.nat_addresses) == 3 && length(module.network.zones) == 3
    error_message = "Each of three zones has its NAT gateway."
  }

  assert {
    condition     = module.postgres[0].vpc_id != module.network.vpc_id
    error_message = "The database has its own VPC."
  }

  assert {
    condition     = output.database_secret_arn != null && output.table_name == null
    error_message = "The store is PostgreSQL, with a password that RDS manages."
  }

  assert {
    condition     = length(module.alarms.alarm_names) == 5 + 3 * 2
    error_message = "The server and each NAT gateway have their alarms."
  }
}
