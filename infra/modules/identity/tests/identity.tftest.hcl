mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name          = "airside-dev"
  cluster_name  = "airside-dev"
  secret_prefix = "airside/dev"
  log_group_arn = "arn:aws:logs:us-east-1:123456789012:log-group:/airside/airside-dev/pods"
  zone_arn      = "arn:aws:route53:::hostedzone/Z0000000000000000000"
}

run "pods_have_roles" {
  command = plan

  assert {
    condition     = join(" ", keys(aws_eks_pod_identity_association.pod)) == "dns external-secrets logs migration service"
    error_message = "Exactly five service accounts have a role."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.trust : one(one(statement.statement).principals).identifiers == toset(["pods.eks.amazonaws.com"])])
    error_message = "Only EKS may assume the roles."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.trust : length(one(statement.statement).condition) == 4])
    error_message = "Account, cluster, namespace and service account are required."
  }

  assert {
    condition     = toset(flatten([for condition in one(data.aws_iam_policy_document.trust["service"].statement).condition : condition.values])) == toset(["123456789012", "airside-dev", "airside"])
    error_message = "The service's role is for its service account in its cluster."
  }

}

run "on_postgres_the_service_needs_no_right" {
  command = plan

  assert {
    condition     = !contains(keys(aws_iam_role_policy.pod), "service") && !contains(keys(aws_iam_role_policy.pod), "migration")
    error_message = "Without a table neither the service nor its migration has a policy."
  }

  assert {
    condition     = length(data.aws_iam_policy_document.pod["external-secrets"].statement) == 1
    error_message = "Without a database External Secrets reads only its prefix."
  }

}

run "on_dynamodb_the_service_may_use_its_table" {
  command = plan

  variables {
    table_arns = { ledger = "arn:aws:dynamodb:us-east-1:123456789012:table/airside-dev" }
  }

  assert {
    condition     = length(one(data.aws_iam_policy_document.pod["service"].statement).actions) == 10 && one(data.aws_iam_policy_document.pod["service"].statement).resources == toset(["arn:aws:dynamodb:us-east-1:123456789012:table/airside-dev"])
    error_message = "The policy allows exactly ten actions on one table."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.pod["migration"].statement).actions == toset(["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"])
    error_message = "A migration only reads the table's description."
  }

}

run "external_secrets" {
  command = plan

  variables {
    secrets = { postgres = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-x", key_arn = "arn:aws:kms:us-east-1:123456789012:key/x" } }
  }

  assert {
    condition     = data.aws_iam_policy_document.pod["external-secrets"].statement[0].resources == toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-x", "arn:aws:secretsmanager:us-east-1:123456789012:secret:airside/dev/*"])
    error_message = "External Secrets reads the password and the environment's own secrets."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.pod["external-secrets"].statement[1].condition).values == tolist(["secretsmanager.us-east-1.amazonaws.com"])
    error_message = "External Secrets decrypts only through Secrets Manager."
  }

}

run "rights_name_their_resources" {
  command = plan

  assert {
    condition     = alltrue(flatten([for pod, document in data.aws_iam_policy_document.pod : [for statement in document.statement : !contains(statement.resources, "*") || statement.actions == toset(["route53:ListHostedZones"])]]))
    error_message = "Only listing zones has no resource restriction; everything else names its resources."
  }

  assert {
    condition     = alltrue(flatten([for pod, document in data.aws_iam_policy_document.pod : [for statement in document.statement : [for action in statement.actions : !strcontains(action, "*")]]]))
    error_message = "No action contains a wildcard."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "a"
  }

  expect_failures = [var.name]
}

run "a_prefix_of_all_environments_is_refused" {
  command = plan

  variables {
    secret_prefix = "airside"
  }

  expect_failures = [var.secret_prefix]
}

run "a_prefix_with_a_pattern_is_refused" {
  command = plan

  variables {
    secret_prefix = "airside/*"
  }

  expect_failures = [var.secret_prefix]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    cluster_name             = "my cluster"
    permissions_boundary_arn = "*"
    table_arns               = { all = "arn:aws:dynamodb:us-east-1:123456789012:table/*" }
    secrets                  = { all = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:*", key_arn = "*" } }
    log_group_arn            = "arn:aws:logs:us-east-1:123456789012:log-group:*"
    zone_arn                 = "arn:aws:route53:::hostedzone/*"
  }

  expect_failures = [var.cluster_name, var.permissions_boundary_arn, var.table_arns, var.secrets, var.log_group_arn, var.zone_arn]
}
