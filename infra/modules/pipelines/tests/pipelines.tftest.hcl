mock_provider "aws" {
  source = "../../mocks"
}

variables {
  repository       = "example/airside"
  environments     = { dev = { domain = "dev.example.org" }, production = { domain = "example.org" } }
  state_bucket_arn = "arn:aws:s3:::airside-state"
  state_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/state"
  repository_arns  = { airside = "arn:aws:ecr:us-east-1:123456789012:repository/airside" }
}

run "roles_for_each_environment" {
  command = plan

  assert {
    condition     = join(" ", keys(aws_iam_role.this)) == "dev-apply dev-plan images production-apply production-plan"
    error_message = "Each environment has two roles, and images have one."
  }

  assert {
    condition     = output.subjects["production-apply"] == "repo:example/airside:environment:production" && output.subjects["dev-plan"] == "repo:example/airside:environment:dev-plan"
    error_message = "A role is for one repository and one environment."
  }

  assert {
    condition     = alltrue(flatten([for document in data.aws_iam_policy_document.trust : [for condition in one(document.statement).condition : condition.test == "StringEquals" && length(condition.values) == 1 && !strcontains(one(condition.values), "*")]]))
    error_message = "Trust policies compare complete values, not patterns."
  }

  assert {
    condition     = toset([for condition in one(data.aws_iam_policy_document.trust["images"].statement).condition : one(condition.values)]) == toset(["sts.amazonaws.com", "repo:example/airside:environment:release"])
    error_message = "Audience and subject are required."
  }

}

run "a_plan_changes_nothing" {
  command = plan

  assert {
    condition     = alltrue([for name, grant in local.grants : endswith(grant.role, "-apply")]) && !anytrue([for name in keys(aws_iam_role_policy.state_write) : endswith(name, "plan")])
    error_message = "Only apply roles may change or write."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.state["dev"].statement : alltrue([for resource in statement.resources : !strcontains(resource, "production")])])
    error_message = "The state of another environment must not be accessible."
  }

}

run "a_pattern_of_repositories_is_refused" {
  command = plan

  variables {
    repository = "example/*"
  }

  expect_failures = [var.repository]
}

run "a_repository_without_an_owner_is_refused" {
  command = plan

  variables {
    repository = "airside"
  }

  expect_failures = [var.repository]
}

run "no_environment_is_refused" {
  command = plan

  variables {
    environments = {}
  }

  expect_failures = [var.environments]
}

run "an_environment_with_a_hyphen_is_refused" {
  command = plan

  variables {
    environments = { dev-2 = { domain = "example.org" } }
  }

  expect_failures = [var.environments]
}

run "a_domain_with_a_wildcard_is_refused" {
  command = plan

  variables {
    environments = { dev = { domain = "*.example.org" } }
  }

  expect_failures = [var.environments]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    state_bucket_arn = "arn:aws:s3:::*"
    state_key_arn    = "alias/state"
    repository_arns  = { all = "arn:aws:ecr:us-east-1:123456789012:repository/*" }
  }

  expect_failures = [var.state_bucket_arn, var.state_key_arn, var.repository_arns]
}

run "an_environment_named_like_a_part_of_the_account_is_refused" {
  command = plan

  variables {
    environments = { ci = { domain = "ci.example.org" } }
  }

  expect_failures = [var.environments]
}
