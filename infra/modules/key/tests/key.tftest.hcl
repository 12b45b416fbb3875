mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name        = "airside-dev-logs"
  description = "Logs"
}

run "a_key" {
  command = apply

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && !aws_kms_key.this.multi_region
    error_message = "A key rotates every year and stays in its region."
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/airside-dev-logs"
    error_message = "The key has an alias with its name."
  }

  assert {
    condition     = aws_kms_key.this.deletion_window_in_days == 30
    error_message = "There is a month to notice that a key is still needed."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.key.statement) == 1
    error_message = "Without users only the account's policies decide."
  }

}

run "users_of_a_key" {
  command = plan

  variables {
    logs     = true
    services = ["cloudwatch.amazonaws.com"]
    users    = { dynamodb = ["arn:aws:iam::123456789012:role/airside-dev-pod-service"] }
  }

  assert {
    condition     = length(data.aws_iam_policy_document.key.statement) == 4
    error_message = "Logs, services and users have a statement each."
  }

  assert {
    condition     = alltrue([for statement in slice(data.aws_iam_policy_document.key.statement, 1, 4) : length(statement.condition) == 1])
    error_message = "Every other user of the key is bound by a condition."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.key.statement[3].condition).values == tolist(["dynamodb.us-east-1.amazonaws.com"])
    error_message = "A role uses the key only through its service."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "Logs"
  }

  expect_failures = [var.name]
}

run "a_short_deletion_window_is_refused" {
  command = plan

  variables {
    deletion_window_days = 6
  }

  expect_failures = [var.deletion_window_days]
}

run "a_service_outside_aws_is_refused" {
  command = plan

  variables {
    services = ["example.org"]
  }

  expect_failures = [var.services]
}

run "a_user_that_is_no_role_is_refused" {
  command = plan

  variables {
    users = { dynamodb = ["arn:aws:iam::123456789012:root"] }
  }

  expect_failures = [var.users]
}

run "everybody_as_a_user_is_refused" {
  command = plan

  variables {
    users = { dynamodb = ["*"] }
  }

  expect_failures = [var.users]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    description = ""
  }

  expect_failures = [var.description]
}
