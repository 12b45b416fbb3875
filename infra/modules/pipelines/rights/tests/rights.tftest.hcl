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
    error_message = "No action contains a wildcard."
  }

  assert {
    condition     = alltrue(flatten([for concern, statements in local.statements : [for statement in statements : !contains(statement.resources, "*") || length(statement.conditions) > 0 || contains(["EndSubscriptions", "MakeZones", "WaysOfLogs"], statement.sid)]]))
    error_message = "A statement without a named resource is bound by a tag."
  }

  assert {
    condition     = one([for statement in local.statements.identity : one(statement.conditions).values if statement.sid == "BoundedRoles"]) == ["arn:aws:iam::123456789012:policy/airside-boundary"]
    error_message = "No role is created without the boundary."
  }

  assert {
    condition     = one([for statement in local.statements.edge : one(statement.conditions).values if statement.sid == "Records"]) == ["dev.example.org", "*.dev.example.org"]
    error_message = "Records are writable only at the domain and below it."
  }
}

# What AWS checks during creation, when a resource has no ARN and no tag.
run "what_is_made_can_be_tagged" {
  command = plan

  assert {
    condition     = alltrue([for action in ["AuthorizeSecurityGroupIngress", "CreateVpc"] : contains(one([for statement in local.statements.network : statement.conditions[1].values if statement.sid == "TagWhatIsMade"]), action)])
    error_message = "Security group rules are tagged like networks."
  }

  assert {
    condition     = one([for statement in local.statements.identity : statement.conditions[*].variable if statement.sid == "TagNewKeys"]) == ["aws:RequestTag/airside:stack", "aws:ResourceTag/airside:stack"]
    error_message = "A new key gets the stack's tag, and a key of another stack keeps its own."
  }

  assert {
    condition     = one([for statement in local.statements.edge : statement.conditions[1].test if statement.sid == "TagNewCertificates"]) == "Null"
    error_message = "A certificate of another stack cannot be taken over."
  }

  assert {
    condition     = contains(one([for statement in local.statements.watch : statement.resources if statement.sid == "Logs"]), "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-airside-dev:*")
    error_message = "AWS checks a log group with a trailing colon."
  }

  assert {
    condition     = one([for statement in local.statements.databases : one(statement.conditions).values if statement.sid == "FillCopies"]) == ["us-east-1"]
    error_message = "Items are accessible only in replicas, not in the table's own region."
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

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    boundary_arn = "airside-boundary"
  }

  expect_failures = [var.boundary_arn]
}
