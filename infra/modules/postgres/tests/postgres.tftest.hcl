mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name           = "airside-dev"
  instance_class = "db.m7g.large"
  log_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  cluster_network = {
    vpc_id                  = "vpc-cluster"
    cidr                    = "10.20.0.0/16"
    database_subnet_ids     = ["subnet-a", "subnet-b", "subnet-c"]
    private_route_table_ids = { us-east-1a = "rtb-a", us-east-1b = "rtb-b", us-east-1c = "rtb-c" }
  }
}

run "an_instance" {
  command = apply

  assert {
    condition     = aws_db_instance.this[0].multi_az && aws_db_instance.this[0].storage_encrypted && !aws_db_instance.this[0].publicly_accessible
    error_message = "The server has a standby, is encrypted, and is not public."
  }

  assert {
    condition     = aws_db_instance.this[0].manage_master_user_password && aws_db_instance.this[0].password == null
    error_message = "RDS creates the password, and Terraform never sees it."
  }

  assert {
    condition     = aws_db_instance.this[0].iam_database_authentication_enabled
    error_message = "Roles may log in to the database."
  }

  assert {
    condition     = one([for parameter in aws_db_parameter_group.this[0].parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "Connections without TLS are rejected."
  }

  assert {
    condition     = aws_db_instance.this[0].backup_retention_period == 7 && aws_db_instance.this[0].deletion_protection && !aws_db_instance.this[0].skip_final_snapshot && aws_db_instance.this[0].final_snapshot_identifier == "airside-dev-final-00000000"
    error_message = "Backups, protection and the final snapshot are on by default."
  }

  assert {
    condition     = aws_db_instance.this[0].performance_insights_enabled && aws_db_instance.this[0].monitoring_interval == 60
    error_message = "Performance Insights and operating system metrics are on."
  }

  assert {
    condition     = aws_secretsmanager_secret_rotation.this.rotation_rules[0].automatically_after_days == 30 && aws_secretsmanager_secret_rotation.this.secret_id == output.secret_arn
    error_message = "The password is changed every month."
  }

  assert {
    condition     = output.host == "database.example" && output.port == 5432 && output.database == "airside"
    error_message = "The outputs contain host, port and database."
  }

  assert {
    condition     = aws_security_group.this.vpc_id == "vpc-cluster" && length(aws_vpc_peering_connection.this) == 0 && length(module.network) == 0
    error_message = "Shared means in the cluster's VPC."
  }

  assert {
    condition     = join(" ", keys(aws_cloudwatch_log_group.this)) == "postgresql upgrade"
    error_message = "Every exported log has a group with a retention."
  }

}

run "without_protection" {
  command = plan

  variables {
    multi_az              = false
    deletion_protection   = false
    final_snapshot        = false
    backup_retention_days = 1
    rotation_days         = 7
  }

  assert {
    condition     = !aws_db_instance.this[0].multi_az && !aws_db_instance.this[0].deletion_protection && aws_db_instance.this[0].skip_final_snapshot && aws_db_instance.this[0].delete_automated_backups
    error_message = "The settings reach the server."
  }

  assert {
    condition     = aws_db_instance.this[0].final_snapshot_identifier == null
    error_message = "Without a final snapshot there is no name for it."
  }

}

run "aurora" {
  command = apply

  variables {
    engine         = "aurora"
    instance_class = "db.r7g.large"
  }

  assert {
    condition     = length(aws_rds_cluster_instance.this) == 2 && length(aws_db_instance.this) == 0
    error_message = "Aurora with a second server has two instances."
  }

  assert {
    condition     = aws_rds_cluster.this[0].storage_encrypted && aws_rds_cluster.this[0].manage_master_user_password && aws_rds_cluster.this[0].deletion_protection && aws_rds_cluster.this[0].iam_database_authentication_enabled
    error_message = "Aurora meets the same requirements as an instance."
  }

  assert {
    condition     = one([for parameter in aws_rds_cluster_parameter_group.this[0].parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "Connections without TLS are rejected."
  }

  assert {
    condition     = alltrue([for instance in aws_rds_cluster_instance.this : !instance.publicly_accessible])
    error_message = "No instance is public."
  }

  assert {
    condition     = output.host == "cluster.example" && join(" ", output.instance_ids) == "airside-dev-0 airside-dev-1"
    error_message = "The outputs contain the address that follows the writer."
  }

}

run "aurora_with_one_server" {
  command = plan

  variables {
    engine         = "aurora"
    instance_class = "db.t4g.medium"
    multi_az       = false
  }

  assert {
    condition     = length(aws_rds_cluster_instance.this) == 1
    error_message = "Without a second server there is one instance."
  }

}

run "a_network_of_its_own" {
  command = apply

  variables {
    database_network = "dedicated"
    dedicated_cidr   = "10.21.0.0/22"
  }

  assert {
    condition     = aws_security_group.this.vpc_id == output.vpc_id && output.vpc_id != "vpc-cluster"
    error_message = "The server is in its own VPC."
  }

  assert {
    condition     = aws_vpc_peering_connection.this[0].vpc_id == "vpc-cluster" && aws_vpc_peering_connection.this[0].auto_accept
    error_message = "The server's VPC is peered with the cluster's VPC."
  }

  assert {
    condition     = length(aws_route.to_database) == 3 && alltrue([for route in aws_route.to_database : route.destination_cidr_block == "10.21.0.0/22"])
    error_message = "Each private route table of the cluster has a route to the database."
  }

  assert {
    condition     = aws_route.to_cluster[0].destination_cidr_block == "10.20.0.0/16"
    error_message = "The database has a route back."
  }

  assert {
    condition     = aws_vpc_peering_connection_options.this[0].accepter[0].allow_remote_vpc_dns_resolution && aws_vpc_peering_connection_options.this[0].requester[0].allow_remote_vpc_dns_resolution
    error_message = "Names resolve both ways."
  }

  assert {
    condition     = length(module.network[0].nat_gateway_ids) == 0 && length(module.network[0].database_subnet_ids) == 3
    error_message = "The database's VPC has three subnets and no route out."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "dev database"
  }

  expect_failures = [var.name]
}

run "a_cluster_network_without_a_range_is_refused" {
  command = plan

  variables {
    cluster_network = { vpc_id = "v", cidr = "x", database_subnet_ids = [], private_route_table_ids = {} }
  }

  expect_failures = [var.cluster_network]
}

run "an_unknown_network_is_refused" {
  command = plan

  variables {
    database_network = "public"
  }

  expect_failures = [var.database_network]
}

run "a_dedicated_network_without_a_range_is_refused" {
  command = plan

  variables {
    database_network = "dedicated"
  }

  expect_failures = [var.dedicated_cidr]
}

run "a_dedicated_network_inside_the_cluster_is_refused" {
  command = plan

  variables {
    database_network = "dedicated"
    dedicated_cidr   = "10.20.4.0/22"
  }

  expect_failures = [var.dedicated_cidr]
}

run "a_dedicated_network_around_the_cluster_is_refused" {
  command = plan

  variables {
    database_network = "dedicated"
    dedicated_cidr   = "10.16.0.0/12"
  }

  expect_failures = [var.dedicated_cidr]
}

run "an_unknown_engine_is_refused" {
  command = plan

  variables {
    engine = "mysql"
  }

  expect_failures = [var.engine]
}

run "an_old_version_is_refused" {
  command = plan

  variables {
    postgres_version = "13"
  }

  expect_failures = [var.postgres_version]
}

run "a_class_of_machines_is_refused" {
  command = plan

  variables {
    instance_class = "m7g.large"
  }

  expect_failures = [var.instance_class]
}

run "a_class_that_aurora_lacks_is_refused" {
  command = plan

  variables {
    engine         = "aurora"
    instance_class = "db.m7g.large"
  }

  expect_failures = [var.instance_class]
}

run "little_storage_is_refused" {
  command = plan

  variables {
    storage_gb = 10
  }

  expect_failures = [var.storage_gb]
}

run "storage_that_cannot_grow_is_refused" {
  command = plan

  variables {
    storage_max_gb = 50
  }

  expect_failures = [var.storage_max_gb]
}

run "no_backups_are_refused" {
  command = plan

  variables {
    backup_retention_days = 0
  }

  expect_failures = [var.backup_retention_days]
}

run "longer_backups_than_there_are_are_refused" {
  command = plan

  variables {
    backup_retention_days = 36
  }

  expect_failures = [var.backup_retention_days]
}

run "a_password_for_ever_is_refused" {
  command = plan

  variables {
    rotation_days = 0
  }

  expect_failures = [var.rotation_days]
}

run "an_unknown_retention_is_refused" {
  command = plan

  variables {
    log_retention_days = 2
  }

  expect_failures = [var.log_retention_days]
}


run "one_zone_is_refused" {
  command = plan

  variables {
    zone_count = 1
  }

  expect_failures = [var.zone_count]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    log_key_arn              = "alias/logs"
    permissions_boundary_arn = "*"
  }

  expect_failures = [var.log_key_arn, var.permissions_boundary_arn]
}
