mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name       = "airside-dev"
  emails     = ["platform@example.org"]
  budget_usd = 500
}

run "nothing_to_watch_but_the_budget" {
  command = apply

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 0 && length(aws_db_event_subscription.instances) == 0
    error_message = "Without anything to monitor there is no alarm."
  }

  assert {
    condition     = aws_budgets_budget.this.limit_amount == "500" && one(one(aws_budgets_budget.this.cost_filter).values) == "user:airside:stack$airside-dev"
    error_message = "The budget counts resources with the stack's tag."
  }

  assert {
    condition     = length(aws_budgets_budget.this.notification) == 2
    error_message = "The budget warns about actual and forecast cost."
  }

  assert {
    condition     = aws_sns_topic_subscription.email["platform@example.org"].protocol == "email" && aws_sns_topic.this.kms_master_key_id != null
    error_message = "Warnings go out by email, and the topic is encrypted."
  }

}

run "everything_is_watched" {
  command = apply

  variables {
    postgres        = { instance_ids = ["airside-dev"], is_aurora = false, connections_max = 300 }
    table_names     = ["airside-dev"]
    nat_gateway_ids = { us-east-1a = "nat-1" }
  }

  override_data {
    target = data.aws_lbs.cluster
    values = {
      arns = [
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/k8s-airside/0123456789abcdef",
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/other/0123456789abcdef",
      ]
    }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 5 + 2 + 2 + 2
    error_message = "Server, table, NAT gateway and load balancer are monitored; a network load balancer has no such metrics."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["airside-dev-load-balancer-k8s-airside-own-5xx"].dimensions["LoadBalancer"] == "app/k8s-airside/0123456789abcdef"
    error_message = "CloudWatch identifies a load balancer by the end of its ARN."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["airside-dev-postgres-airside-dev-connections"].threshold == 300
    error_message = "The alarm uses the connection limit."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["airside-dev-postgres-airside-dev-cpu"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.this["airside-dev-nat-us-east-1a-ports"].treat_missing_data == "notBreaching"
    error_message = "Missing data is breaching for a server and not breaching for an error counter."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([output.topic_arn]) && alarm.ok_actions == toset([output.topic_arn])])
    error_message = "Every alarm sends a message when it starts and when it ends."
  }

  assert {
    condition     = contains(aws_db_event_subscription.instances[0].event_categories, "failover")
    error_message = "A failover sends a message."
  }

}

run "aurora_storage_grows_by_itself" {
  command = plan

  variables {
    postgres = { instance_ids = ["airside-dev-0", "airside-dev-1"], is_aurora = true, connections_max = 300 }
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 8 && !anytrue([for name in keys(aws_cloudwatch_metric_alarm.this) : endswith(name, "storage")])
    error_message = "Each instance has four alarms, none of them for storage."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "Dev"
  }

  expect_failures = [var.name]
}

run "nobody_to_warn_is_refused" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}

run "an_address_without_a_host_is_refused" {
  command = plan

  variables {
    emails = ["platform"]
  }

  expect_failures = [var.emails]
}

run "an_alarm_at_no_connection_is_refused" {
  command = plan

  variables {
    postgres = { instance_ids = ["a"], is_aurora = false, connections_max = 0 }
  }

  expect_failures = [var.postgres]
}

run "fewer_errors_than_none_are_refused" {
  command = plan

  variables {
    load_balancer_errors_max = -1
  }

  expect_failures = [var.load_balancer_errors_max]
}

run "a_budget_of_nothing_is_refused" {
  command = plan

  variables {
    budget_usd = 0
  }

  expect_failures = [var.budget_usd]
}


run "a_table_by_arn_is_refused" {
  command = plan

  variables {
    table_names = ["arn:aws:dynamodb:us-east-1:123456789012:table/x"]
  }

  expect_failures = [var.table_names]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    nat_gateway_ids = { one = "nat-1" }
  }

  expect_failures = [var.nat_gateway_ids]
}
