data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  arn_suffix = "${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}"
  secrets    = "arn:${data.aws_partition.current.partition}:secretsmanager:${local.arn_suffix}:secret"

  # Service accounts that have a role. No other pod has rights in the account.
  pods = {
    service          = { namespace = "airside", service_account = "airside" }
    migration        = { namespace = "airside", service_account = "airside-migration" }
    external-secrets = { namespace = "external-secrets", service_account = "external-secrets" }
    logs             = { namespace = "monitoring", service_account = "alloy" }
    dns              = { namespace = "external-dns", service_account = "external-dns" }
  }
}

# --- Roles ---------------------------------------------------------------------

# Only this service account of this cluster may assume the role, nothing else in the cluster.
data "aws_iam_policy_document" "trust" {
  for_each = local.pods

  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks-cluster-name"
      values   = [var.name]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-namespace"
      values   = [each.value.namespace]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/kubernetes-service-account"
      values   = [each.value.service_account]
    }
  }
}

resource "aws_iam_role" "pod" {
  for_each = local.pods

  name                 = "${var.name}-pod-${each.key}"
  description          = "Pods of ${each.value.namespace}/${each.value.service_account} in ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_eks_pod_identity_association" "pod" {
  for_each = local.pods

  cluster_name    = var.cluster_name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.pod[each.key].arn
}

# --- Rights --------------------------------------------------------------------

locals {
  # A pod without rights has a role without a policy. PostgreSQL needs no right: it requires a password.
  rights = {
    for pod, statements in {
      service = length(var.table_arns) == 0 ? [] : [{
        actions    = local.table_actions
        resources  = values(var.table_arns)
        conditions = {}
      }]

      # In the cloud the table already exists, so a migration only reads it.
      migration = length(var.table_arns) == 0 ? [] : [{
        actions    = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
        resources  = values(var.table_arns)
        conditions = {}
      }]

      external-secrets = concat(
        [{
          actions    = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
          resources  = concat(values(var.secrets)[*].arn, ["${local.secrets}:${var.secret_prefix}/*"])
          conditions = {}
        }],
        [for secret in values(var.secrets) : {
          actions    = ["kms:Decrypt"]
          resources  = [secret.key_arn]
          conditions = { "kms:ViaService" = "secretsmanager.${data.aws_region.current.region}.amazonaws.com" }
        }],
      )

      logs = [{
        actions    = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        resources  = [var.log_group_arn, "${var.log_group_arn}:log-stream:*"]
        conditions = {}
      }]

      dns = [
        {
          actions    = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResource"]
          resources  = [var.zone_arn]
          conditions = {}
        },
        # Listing zones does not support resource restrictions.
        {
          actions    = ["route53:ListHostedZones"]
          resources  = ["*"]
          conditions = {}
        },
      ]
    } : pod => statements if length(statements) > 0
  }

  # The actions that docs/operate/dynamodb.md documents. A store test compares them with the requests it sends.
  table_actions = [
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
  ]
}

data "aws_iam_policy_document" "pod" {
  for_each = local.rights

  dynamic "statement" {
    for_each = each.value

    content {
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.conditions

        content {
          test     = "StringEquals"
          variable = condition.key
          values   = [condition.value]
        }
      }
    }
  }
}

resource "aws_iam_role_policy" "pod" {
  for_each = local.rights

  name   = each.key
  role   = aws_iam_role.pod[each.key].name
  policy = data.aws_iam_policy_document.pod[each.key].json
}
