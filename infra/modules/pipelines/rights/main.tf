data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region
  account   = data.aws_caller_identity.current.account_id

  # ARN prefixes: regional services, then services without a region.
  regional = { for service in ["cloudwatch", "dynamodb", "eks", "kms", "logs", "rds", "secretsmanager", "sns", "wafv2"] :
    service => "arn:${local.partition}:${service}:${local.region}:${local.account}"
  }
  iam = "arn:${local.partition}:iam::${local.account}"

  # Conditions that bind a statement to the stack where ARNs are random.
  owned   = { test = "StringEquals", variable = "aws:ResourceTag/airside:stack", values = [var.stack] }
  created = { test = "StringEquals", variable = "aws:RequestTag/airside:stack", values = [var.stack] }
  # A resource that is being created has no tag yet. One of another stack has a tag and is excluded.
  nobodys = { test = "Null", variable = "aws:ResourceTag/airside:stack", values = ["true"] }

  statements = {
    network = [
      {
        sid     = "Make", resources = ["*"], conditions = [local.created]
        actions = concat(local.network_makes, local.rule_makes)
      },
      { sid = "Change", resources = ["*"], conditions = [local.owned], actions = concat(local.network_makes, local.rule_makes, local.network_changes) },
      {
        sid        = "TagWhatIsMade", actions = ["ec2:CreateTags"], resources = ["*"]
        conditions = [local.created, { test = "StringEquals", variable = "ec2:CreateAction", values = [for action in concat(local.network_makes, local.rule_makes) : split(":", action)[1]] }]
      },
      { sid = "TagOwn", actions = ["ec2:CreateTags"], resources = ["*"], conditions = [local.owned] },
      # EC2 and EKS create security groups without tags: a VPC's default group, which is closed, and the cluster's group.
      {
        sid        = "AdoptGroups"
        actions    = ["ec2:CreateTags", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"]
        resources  = ["arn:${local.partition}:ec2:${local.region}:${local.account}:security-group/*"]
        conditions = [local.nobodys]
      },
      # The names of an interface endpoint are in a private AWS zone. EC2 joins it to the VPC on behalf of the endpoint's creator.
      {
        sid       = "NamesOfEndpoints", actions = ["route53:AssociateVPCWithHostedZone"], conditions = []
        resources = ["arn:${local.partition}:ec2:${local.region}:${local.account}:vpc/*", "arn:${local.partition}:route53:::hostedzone/*"]
      },
    ]

    cluster = [
      {
        sid       = "Cluster", actions = local.cluster_actions, conditions = []
        resources = ["${local.regional.eks}:cluster/${var.stack}", "${local.regional.eks}:*/${var.stack}/*"]
      },
    ]

    databases = [
      {
        sid = "Postgres", actions = local.postgres_actions, conditions = []
        resources = concat(
          [for kind in ["cluster", "cluster-pg", "cluster-snapshot", "db", "es", "pg", "snapshot", "subgrp"] : "${local.regional.rds}:${kind}:${var.stack}*"],
          ["${local.regional.rds}:cluster-pg:default*", "${local.regional.rds}:og:default*", "${local.regional.rds}:pg:default*"],
        )
      },
      # RDS creates the secret on behalf of the database's creator.
      {
        sid       = "MakePassword", actions = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"], conditions = []
        resources = ["${local.regional.secretsmanager}:secret:rds!*"]
      },
      {
        sid        = "RotatePassword", actions = ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"]
        resources  = ["${local.regional.secretsmanager}:secret:rds!*"]
        conditions = [{ test = "ArnLike", variable = "aws:ResourceTag/aws:rds:primaryDBInstanceArn", values = ["${local.regional.rds}:db:${var.stack}"] }]
      },
      {
        sid        = "RotatePasswordOfAurora", actions = ["secretsmanager:CancelRotateSecret", "secretsmanager:RotateSecret"]
        resources  = ["${local.regional.secretsmanager}:secret:rds!*"]
        conditions = [{ test = "ArnLike", variable = "aws:ResourceTag/aws:rds:primaryDBClusterArn", values = ["${local.regional.rds}:cluster:${var.stack}"] }]
      },
      { sid = "DynamoDb", actions = local.table_actions, resources = ["arn:${local.partition}:dynamodb:*:${local.account}:table/${var.stack}"], conditions = [] },
      # DynamoDB fills a replica in another region on behalf of the role that adds it.
      {
        sid        = "FillCopies", actions = local.copy_actions, resources = ["arn:${local.partition}:dynamodb:*:${local.account}:table/${var.stack}"]
        conditions = [{ test = "StringNotEquals", variable = "aws:RequestedRegion", values = [local.region] }]
      },
    ]

    identity = [
      {
        sid        = "BoundedRoles"
        actions    = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        resources  = ["${local.iam}:role/${var.stack}-*"]
        conditions = [{ test = "StringEquals", variable = "iam:PermissionsBoundary", values = [var.boundary_arn] }]
      },
      {
        sid       = "Roles", conditions = []
        actions   = ["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription"]
        resources = ["${local.iam}:role/${var.stack}-*"]
      },
      {
        sid = "GiveRolesToServices", actions = ["iam:PassRole"], resources = ["${local.iam}:role/${var.stack}-*"]
        conditions = [{
          test     = "StringEquals"
          variable = "iam:PassedToService"
          values   = ["ec2.amazonaws.com", "eks.amazonaws.com", "monitoring.rds.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com"]
        }]
      },
      {
        sid = "ServiceRoles", actions = ["iam:CreateServiceLinkedRole"], resources = ["${local.iam}:role/aws-service-role/*"]
        conditions = [{
          test     = "StringEquals"
          variable = "iam:AWSServiceName"
          values = [
            "autoscaling.amazonaws.com", "dynamodb.application-autoscaling.amazonaws.com", "eks.amazonaws.com", "elasticloadbalancing.amazonaws.com",
            "rds.amazonaws.com", "replication.dynamodb.amazonaws.com", "spot.amazonaws.com", "wafv2.amazonaws.com",
          ]
        }]
      },
      { sid = "MakeKeys", actions = ["kms:CreateKey"], resources = ["*"], conditions = [local.created] },
      # AWS checks the tags of a new key before it has an ARN, so no key can be named.
      {
        sid        = "TagNewKeys", actions = ["kms:TagResource"], resources = ["arn:${local.partition}:kms:*:${local.account}:key/*"]
        conditions = [local.created, local.nobodys]
      },
      { sid = "Keys", actions = local.key_actions, resources = ["arn:${local.partition}:kms:*:${local.account}:key/*"], conditions = [local.owned] },
      {
        sid       = "NamesOfKeys", actions = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], conditions = []
        resources = ["${local.regional.kms}:alias/${var.stack}-*"]
      },
      # Services keep using a key after the call that named it.
      {
        sid        = "KeysForServices", actions = ["kms:CreateGrant"], resources = ["arn:${local.partition}:kms:*:${local.account}:key/*"]
        conditions = [local.owned, { test = "Bool", variable = "kms:GrantIsForAWSResource", values = ["true"] }]
      },
    ]

    edge = [
      { sid = "MakeCertificates", actions = ["acm:RequestCertificate"], resources = ["*"], conditions = [local.created] },
      { sid = "TagNewCertificates", actions = ["acm:AddTagsToCertificate"], resources = ["*"], conditions = [local.created, local.nobodys] },
      { sid = "Certificates", actions = ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"], resources = ["*"], conditions = [local.owned] },
      # Route 53 does not support tags here, so record names limit what may be written.
      {
        sid = "Records", actions = ["route53:ChangeResourceRecordSets"], resources = ["arn:${local.partition}:route53:::hostedzone/*"]
        conditions = [{
          test     = "ForAllValues:StringLike"
          variable = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
          values   = [var.domain, "*.${var.domain}"]
        }]
      },
      { sid = "MakeZones", actions = ["route53:CreateHostedZone"], resources = ["*"], conditions = [] },
      {
        sid       = "Zones", conditions = []
        actions   = ["route53:ChangeTagsForResource", "route53:DeleteHostedZone", "route53:UpdateHostedZoneComment"]
        resources = ["arn:${local.partition}:route53:::hostedzone/*"]
      },
      {
        sid = "Firewall", conditions = []
        actions = [
          "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL", "wafv2:PutLoggingConfiguration", "wafv2:TagResource",
          "wafv2:UntagResource", "wafv2:UpdateWebACL",
        ]
        resources = ["${local.regional.wafv2}:regional/webacl/${var.stack}/*", "${local.regional.wafv2}:regional/managedruleset/*/*"]
      },
    ]

    watch = [
      {
        sid = "Logs", conditions = []
        actions = [
          "logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DisassociateKmsKey", "logs:PutRetentionPolicy",
          "logs:TagResource", "logs:UntagResource",
        ]
        resources = [for group in [
          "/airside/${var.stack}/*", "/airside/${var.stack}-database/*", "/aws/eks/${var.stack}/*", "/aws/rds/*/${var.stack}/*", "aws-waf-logs-${var.stack}",
          "aws-waf-logs-${var.stack}:*",
        ] : "${local.regional.logs}:log-group:${group}"]
      },
      # Delivering a service's logs to a log group does not support resource restrictions.
      {
        sid = "WaysOfLogs", resources = ["*"], conditions = []
        actions = [
          "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
          "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
        ]
      },
      {
        sid       = "Alarms", conditions = []
        actions   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        resources = ["${local.regional.cloudwatch}:alarm:${var.stack}-*"]
      },
      {
        sid       = "Topics", conditions = []
        actions   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:UntagResource"]
        resources = ["${local.regional.sns}:${var.stack}-*"]
      },
      # Unsubscribing does not support resource restrictions.
      { sid = "EndSubscriptions", actions = ["sns:Unsubscribe"], resources = ["*"], conditions = [] },
      {
        sid       = "Budget", conditions = []
        actions   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        resources = ["arn:${local.partition}:budgets::${local.account}:budget/${var.stack}"]
      },
      {
        sid = "MakeGroup", actions = ["resource-groups:CreateGroup"], resources = ["*"], conditions = [local.created]
      },
      {
        sid       = "Group", conditions = []
        actions   = ["resource-groups:DeleteGroup", "resource-groups:Tag", "resource-groups:Untag", "resource-groups:UpdateGroup", "resource-groups:UpdateGroupQuery"]
        resources = ["arn:${local.partition}:resource-groups:${local.region}:${local.account}:group/${var.stack}"]
      },
    ]
  }
}

# --- Actions -------------------------------------------------------------------

locals {
  network_makes = [
    "ec2:AllocateAddress", "ec2:CreateFlowLogs", "ec2:CreateInternetGateway", "ec2:CreateNatGateway", "ec2:CreateRouteTable", "ec2:CreateSecurityGroup",
    "ec2:CreateSubnet", "ec2:CreateVpc", "ec2:CreateVpcEndpoint", "ec2:CreateVpcPeeringConnection",
  ]
  # A rule is created in a group and has its own tags.
  rule_makes = ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"]
  network_changes = [
    "ec2:AcceptVpcPeeringConnection", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:CreateRoute", "ec2:DeleteFlowLogs", "ec2:DeleteInternetGateway", "ec2:DeleteNatGateway", "ec2:DeleteRoute",
    "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
    "ec2:DeleteVpcPeeringConnection", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable", "ec2:ModifySecurityGroupRules",
    "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute", "ec2:ModifyVpcEndpoint", "ec2:ModifyVpcPeeringConnectionOptions", "ec2:ReleaseAddress",
    "ec2:ReplaceRoute", "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
    "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
  ]
  cluster_actions = [
    "eks:AssociateAccessPolicy", "eks:CreateAccessEntry", "eks:CreateAddon", "eks:CreateCluster", "eks:CreatePodIdentityAssociation", "eks:DeleteAccessEntry",
    "eks:DeleteAddon", "eks:DeleteCluster", "eks:DeletePodIdentityAssociation", "eks:DisassociateAccessPolicy", "eks:TagResource", "eks:UntagResource",
    "eks:UpdateAccessEntry", "eks:UpdateAddon", "eks:UpdateClusterConfig", "eks:UpdateClusterVersion", "eks:UpdatePodIdentityAssociation",
  ]
  postgres_actions = [
    "rds:AddTagsToResource", "rds:CreateDBCluster", "rds:CreateDBClusterParameterGroup", "rds:CreateDBClusterSnapshot", "rds:CreateDBInstance",
    "rds:CreateDBParameterGroup", "rds:CreateDBSnapshot", "rds:CreateDBSubnetGroup", "rds:CreateEventSubscription", "rds:DeleteDBCluster",
    "rds:DeleteDBClusterParameterGroup", "rds:DeleteDBInstance", "rds:DeleteDBParameterGroup", "rds:DeleteDBSubnetGroup", "rds:DeleteEventSubscription",
    "rds:ModifyDBCluster", "rds:ModifyDBClusterParameterGroup", "rds:ModifyDBInstance", "rds:ModifyDBParameterGroup", "rds:ModifyDBSubnetGroup",
    "rds:ModifyEventSubscription", "rds:RebootDBInstance", "rds:RemoveTagsFromResource", "rds:ResetDBParameterGroup",
  ]
  table_actions = [
    "dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:DeleteTable", "dynamodb:DeleteTableReplica", "dynamodb:TagResource",
    "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
  ]
  copy_actions = [
    "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
  ]
  key_actions = [
    "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:Decrypt", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:Encrypt", "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext", "kms:PutKeyPolicy", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:ReplicateKey", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
  ]
}

# --- Documents -----------------------------------------------------------------

data "aws_iam_policy_document" "this" {
  for_each = local.statements

  dynamic "statement" {
    for_each = each.value

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = statement.value.conditions

        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}
