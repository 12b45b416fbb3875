mock_provider "aws" {
  source = "../../../mocks"
}

variables {
  stack        = "airside-dev"
  domain       = "dev.example.org"
  boundary_arn = "arn:aws:iam::123456789012:policy/airside-boundary"
}

run "rights_are_bound_to_the_stack" {
  command = plan

  assert {
    condition     = alltrue(flatten([for concern, statements in local.statements : [for statement in statements : [for action in statement.actions : !strcontains(action, "*")]]]))
    error_message = "No action is a pattern."
  }

  assert {
    condition     = alltrue(flatten([for concern, statements in local.statements : [for statement in statements : !contains(statement.resources, "*") || length(statement.conditions) > 0 || contains(["MakeZones", "WaysOfLogs"], statement.sid)]]))
    error_message = "What names no resource is bound by a tag."
  }

  assert {
    condition     = one([for statement in local.statements.identity : one(statement.conditions).values if statement.sid == "BoundedRoles"]) == ["arn:aws:iam::123456789012:policy/airside-boundary"]
    error_message = "No role is made without the boundary."
  }

  assert {
    condition     = one([for statement in local.statements.edge : one(statement.conditions).values if statement.sid == "Records"]) == ["dev.example.org", "*.dev.example.org"]
    error_message = "Records are written at the domain and below it."
  }

}

run "a_stack_that_begins_like_others_is_refused" {
  command = plan

  variables {
    stack = "airside-"
  }

  expect_failures = [var.stack]
}

run "a_stack_with_a_pattern_is_refused" {
  command = plan

  variables {
    stack = "airside-*"
  }

  expect_failures = [var.stack]
}


run "a_domain_with_a_wildcard_is_refused" {
  command = plan

  variables {
    domain = "*.example.org"
  }

  expect_failures = [var.domain]
}
