mock_provider "aws" {
  source = "../mocks"
}

variables {
  owner         = "platform@example.org"
  repository    = "example/airside"
  environments  = { dev = { domain = "dev.example.org" } }
  budget_usd    = 1000
  budget_emails = ["platform@example.org"]
}

run "an_account" {
  command = plan

  assert {
    condition     = join(" ", keys(output.role_arns)) == "dev-apply dev-plan images"
    error_message = "The outputs contain the pipeline roles."
  }

  assert {
    condition     = join(" ", keys(output.repository_urls)) == "airside charts/airside"
    error_message = "Images and charts have a repository each."
  }

  assert {
    condition     = output.state_bucket == "airside-state-123456789012-us-east-1"
    error_message = "The outputs contain the state bucket."
  }

  assert {
    condition     = aws_budgets_budget.account.limit_amount == "1000" && length(aws_budgets_budget.account.notification) == 2
    error_message = "The account has a budget with two warnings."
  }

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
    owner = ""
  }

  expect_failures = [var.owner]
}

run "a_budget_of_nothing_is_refused" {
  command = plan

  variables {
    budget_usd = 0
  }

  expect_failures = [var.budget_usd]
}

run "nobody_to_warn_is_refused" {
  command = plan

  variables {
    budget_emails = []
  }

  expect_failures = [var.budget_emails]
}

