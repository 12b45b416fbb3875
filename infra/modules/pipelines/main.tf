data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  issuer    = "token.actions.githubusercontent.com"

  # Every resource of an environment is named and tagged after its stack.
  stacks = { for environment in keys(var.environments) : environment => "airside-${environment}" }

  # Each role, and the repository environment whose jobs may assume it: the code host asks for an approval there.
  roles = merge(
    { for environment in keys(var.environments) : "${environment}-plan" => "${environment}-plan" },
    { for environment in keys(var.environments) : "${environment}-apply" => environment },
    { images = "release" },
  )
}

# --- Trust ---------------------------------------------------------------------

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["repo:${var.repository}:environment:${each.value}"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name                 = "airside-ci-${each.key}"
  description          = "Jobs of ${var.repository} in the environment ${each.value}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 7200
}

# --- State ---------------------------------------------------------------------

data "aws_iam_policy_document" "state" {
  for_each = var.environments

  statement {
    sid       = "List"
    actions   = ["s3:ListBucket"]
    resources = [var.state_bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["platform/${each.key}/*"]
    }
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${var.state_bucket_arn}/platform/${each.key}/*"]
  }

  statement {
    sid       = "Decrypt"
    actions   = ["kms:Decrypt"]
    resources = [var.state_key_arn]
  }
}

data "aws_iam_policy_document" "state_write" {
  for_each = var.environments

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = ["${var.state_bucket_arn}/platform/${each.key}/*"]
  }

  statement {
    sid       = "Unlock"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.state_bucket_arn}/platform/${each.key}/*.tflock"]
  }

  statement {
    sid       = "Encrypt"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.state_key_arn]
  }
}

resource "aws_iam_role_policy" "state" {
  for_each = merge(
    { for environment in keys(var.environments) : "${environment}-plan" => data.aws_iam_policy_document.state[environment].json },
    { for environment in keys(var.environments) : "${environment}-apply" => data.aws_iam_policy_document.state[environment].json },
  )

  name   = "read-state"
  role   = aws_iam_role.this[each.key].name
  policy = each.value
}

resource "aws_iam_role_policy" "state_write" {
  for_each = var.environments

  name   = "write-state"
  role   = aws_iam_role.this["${each.key}-apply"].name
  policy = data.aws_iam_policy_document.state_write[each.key].json
}

# --- Rights --------------------------------------------------------------------

module "rights" {
  source   = "./rights"
  for_each = var.environments

  stack        = local.stacks[each.key]
  domain       = each.value.domain
  boundary_arn = aws_iam_policy.boundary.arn
}

resource "aws_iam_policy" "look" {
  name        = "airside-ci-look"
  description = "Reads the configuration of resources, never the data in them"
  policy      = data.aws_iam_policy_document.look.json
}

resource "aws_iam_role_policy_attachment" "look" {
  for_each = toset(flatten([for environment in keys(var.environments) : ["${environment}-plan", "${environment}-apply"]]))

  role       = aws_iam_role.this[each.key].name
  policy_arn = aws_iam_policy.look.arn
}

# Most of these actions do not support resource restrictions. None of them reads an item, an object or a secret.
data "aws_iam_policy_document" "look" {
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "budgets:ListTagsForResource",
      "budgets:ViewBudget",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:ListTagsOfResource",
      "ec2:Describe*",
      "eks:Describe*",
      "eks:List*",
      "elasticloadbalancing:Describe*",
      "iam:GetOpenIDConnectProvider",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:ListRoleTags",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListResourceTags",
      "logs:DescribeLogGroups",
      "logs:ListTagsForResource",
      "rds:Describe*",
      "rds:ListTagsForResource",
      "resource-groups:GetGroup",
      "resource-groups:GetGroupConfiguration",
      "resource-groups:GetGroupQuery",
      "resource-groups:GetTags",
      "resource-groups:ListGroupResources",
      "route53:GetChange",
      "route53:GetHostedZone",
      "route53:ListHostedZones",
      "route53:ListResourceRecordSets",
      "route53:ListTagsForResource",
      "secretsmanager:DescribeSecret",
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "tag:GetResources",
      "wafv2:GetLoggingConfiguration",
      "wafv2:GetWebACL",
      "wafv2:ListTagsForResource",
    ]
    resources = ["*"]
  }
}

locals {
  grants = merge([
    for environment, rights in module.rights : { for concern, policy in rights.policies : "${environment}-${concern}" => {
      role   = "${environment}-apply"
      policy = policy
    } }
  ]...)
}

resource "aws_iam_policy" "apply" {
  for_each = local.grants

  name        = "airside-ci-${each.key}"
  description = "What the role airside-ci-${each.value.role} may change"
  policy      = each.value.policy
}

resource "aws_iam_role_policy_attachment" "apply" {
  for_each = local.grants

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = aws_iam_policy.apply[each.key].arn
}

# --- Boundary ------------------------------------------------------------------

# It bounds every role that an environment creates, so no one who may create roles can create one with more rights than their own.
# The boundary grants nothing: a role may do what both its own policies and the boundary allow.
data "aws_iam_policy_document" "boundary" {
  statement {
    sid = "WhatClustersNeed"
    actions = [
      "autoscaling:*",
      "cloudwatch:*",
      "dynamodb:*",
      "ec2:*",
      "ecr:*",
      "eks:*",
      "eks-auth:*",
      "elasticloadbalancing:*",
      "kms:*",
      "logs:*",
      "route53:*",
      "secretsmanager:*",
      "shield:*",
      "wafv2:*",
      "waf-regional:*",
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "iam:AddRoleToInstanceProfile",
      "iam:CreateInstanceProfile",
      "iam:DeleteInstanceProfile",
      "iam:GetInstanceProfile",
      "iam:GetRole",
      "iam:GetServerCertificate",
      "iam:ListInstanceProfiles",
      "iam:ListServerCertificates",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "NodesOnly"
    actions   = ["iam:PassRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/airside-*-node"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"]
    }
  }

  statement {
    sid       = "LoadBalancersAndSpot"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com", "spot.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "airside-boundary"
  description = "The most that any role of an environment may do"
  policy      = data.aws_iam_policy_document.boundary.json
}

# --- Images --------------------------------------------------------------------

data "aws_iam_policy_document" "images" {
  # Logging in does not support resource restrictions.
  statement {
    sid       = "LogIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "Push"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:CompleteLayerUpload",
      "ecr:DescribeImages",
      "ecr:GetDownloadUrlForLayer",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = values(var.repository_arns)
  }
}

resource "aws_iam_role_policy" "images" {
  name   = "push-images"
  role   = aws_iam_role.this["images"].name
  policy = data.aws_iam_policy_document.images.json
}
