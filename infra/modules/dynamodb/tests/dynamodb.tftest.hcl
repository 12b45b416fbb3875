mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name           = "airside-dev"
  user_role_arns = ["arn:aws:iam::123456789012:role/airside-dev-pod-service"]
}

run "the_table_that_the_service_demands" {
  command = plan

  assert {
    condition     = aws_dynamodb_table.this.hash_key == "pk" && aws_dynamodb_table.this.range_key == "sk" && alltrue([for attribute in aws_dynamodb_table.this.attribute : attribute.type == "S"])
    error_message = "Both keys are strings."
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].enabled && aws_dynamodb_table.this.ttl[0].attribute_name == "expires"
    error_message = "Transaction keys expire."
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST"
    error_message = "Billing is per request."
  }

  assert {
    condition     = aws_dynamodb_table.this.point_in_time_recovery[0].enabled && aws_dynamodb_table.this.point_in_time_recovery[0].recovery_period_in_days == 35
    error_message = "Any point in the last 35 days can be restored."
  }

  assert {
    condition     = aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "The table is protected by default."
  }

  assert {
    condition     = aws_dynamodb_table.this.server_side_encryption[0].enabled && length(aws_dynamodb_table.this.replica) == 0 && !aws_dynamodb_table.this.stream_enabled
    error_message = "The table is encrypted and has no replicas by default."
  }

}

run "copies_in_other_regions" {
  command = apply

  variables {
    replica_regions     = ["us-west-2", "eu-west-1"]
    deletion_protection = false
    write_units_max     = 4000
  }

  assert {
    condition     = length(aws_dynamodb_table.this.replica) == 2 && alltrue([for replica in aws_dynamodb_table.this.replica : replica.point_in_time_recovery && replica.propagate_tags && replica.kms_key_arn != null])
    error_message = "Replicas are backed up, tagged and encrypted as well."
  }

  assert {
    condition     = join(" ", keys(aws_kms_replica_key.this)) == "eu-west-1 us-west-2"
    error_message = "Each region has a replica of the key."
  }

  assert {
    condition     = aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
    error_message = "Replicas are fed from the stream."
  }

  assert {
    condition     = aws_dynamodb_table.this.on_demand_throughput[0].max_write_request_units == 4000 && !aws_dynamodb_table.this.deletion_protection_enabled
    error_message = "The settings reach the table."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "Airside Dev"
  }

  expect_failures = [var.name]
}

run "a_key_without_users_is_refused" {
  command = plan

  variables {
    user_role_arns = []
  }

  expect_failures = [var.user_role_arns]
}

run "no_backups_are_refused" {
  command = plan

  variables {
    backup_retention_days = 0
  }

  expect_failures = [var.backup_retention_days]
}

run "a_bound_below_one_batch_is_refused" {
  command = plan

  variables {
    write_units_max = 10
  }

  expect_failures = [var.write_units_max]
}

run "a_zone_as_a_region_is_refused" {
  command = plan

  variables {
    replica_regions = ["us-west-2a"]
  }

  expect_failures = [var.replica_regions]
}

