data "aws_partition" "current" {}

locals {
  policies = "arn:${data.aws_partition.current.partition}:iam::aws:policy"
}

# --- Cluster -------------------------------------------------------------------

resource "aws_eks_cluster" "this" {
  name     = var.name
  role_arn = aws_iam_role.cluster.arn
  version  = var.kubernetes_version

  bootstrap_self_managed_addons = false
  deletion_protection           = var.deletion_protection
  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  # Auto Mode is these three together: EKS creates nodes, load balancers and volumes.
  compute_config {
    enabled       = true
    node_pools    = ["general-purpose", "system"]
    node_role_arn = aws_iam_role.node.arn
  }

  kubernetes_network_config {
    service_ipv4_cidr = var.service_cidr

    elastic_load_balancing {
      enabled = true
    }
  }

  storage_config {
    block_storage {
      enabled = true
    }
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = module.key.arn
    }
  }

  upgrade_policy {
    support_type = "STANDARD"
  }

  vpc_config {
    subnet_ids              = var.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = length(var.public_access_cidrs) > 0
    public_access_cidrs     = length(var.public_access_cidrs) > 0 ? var.public_access_cidrs : null
  }

  zonal_shift_config {
    enabled = true
  }

  # EKS would create the log group itself, without a retention and without a key. Without its policies it could not delete what it created.
  depends_on = [aws_cloudwatch_log_group.cluster, aws_iam_role_policy.tags, aws_iam_role_policy_attachment.cluster, var.starts_after]
}

module "key" {
  source = "../key"

  name        = "${var.name}-cluster"
  description = "Kubernetes secrets of ${var.name}"
}

# EKS creates this group and does not tag it.
resource "aws_ec2_tag" "security_group" {
  for_each = var.tags

  resource_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  key         = each.key
  value       = each.value
}

# --- Databases -----------------------------------------------------------------

# The rule is here and not in the database module, so the cluster is created after the database and deleted before it.
resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each = var.databases

  security_group_id            = each.value.security_group_id
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description                  = "Pods of ${var.name}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# --- Roles ---------------------------------------------------------------------

data "aws_iam_policy_document" "trust" {
  for_each = { cluster = "eks", node = "ec2" }

  statement {
    actions = each.key == "cluster" ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.value}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name                 = "${var.name}-cluster"
  description          = "Lets EKS create nodes, load balancers and volumes"
  assume_role_policy   = data.aws_iam_policy_document.trust["cluster"].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "cluster" {
  for_each = toset([
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
  ])

  role       = aws_iam_role.cluster.name
  policy_arn = "${local.policies}/${each.key}"
}

# The AWS policies let Auto Mode set only its own tags. What it creates must carry ours as well.
data "aws_iam_policy_document" "tags" {
  statement {
    sid = "TagWhatAutoModeMakes"
    actions = [
      "ec2:CreateFleet",
      "ec2:CreateLaunchTemplate",
      "ec2:CreateNetworkInterface",
      "ec2:CreateSecurityGroup",
      "ec2:CreateSnapshot",
      "ec2:CreateVolume",
      "ec2:RunInstances",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:CreateTargetGroup",
    ]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/eks:eks-cluster-name"
      values   = [var.name]
    }
  }
}

resource "aws_iam_role_policy" "tags" {
  name   = "tag-what-auto-mode-makes"
  role   = aws_iam_role.cluster.name
  policy = data.aws_iam_policy_document.tags.json
}

resource "aws_iam_role" "node" {
  name                 = "${var.name}-node"
  description          = "Lets nodes join the cluster and pull images"
  assume_role_policy   = data.aws_iam_policy_document.trust["node"].json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each = toset(["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy"])

  role       = aws_iam_role.node.name
  policy_arn = "${local.policies}/${each.key}"
}

# --- Access --------------------------------------------------------------------

resource "aws_eks_access_entry" "this" {
  for_each = merge(var.administrators, var.viewers)

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value
}

resource "aws_eks_access_policy_association" "this" {
  for_each = merge(
    { for name, arn in var.administrators : name => "AmazonEKSClusterAdminPolicy" },
    { for name, arn in var.viewers : name => "AmazonEKSAdminViewPolicy" },
  )

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.this[each.key].principal_arn
  policy_arn    = "arn:${data.aws_partition.current.partition}:eks::aws:cluster-access-policy/${each.value}"

  access_scope {
    type = "cluster"
  }
}

# --- Add-ons -------------------------------------------------------------------

# DNS, the network, volumes, load balancers and Pod Identity are parts of Auto Mode. Metrics for scaling are not.
resource "aws_eks_addon" "metrics_server" {
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = "metrics-server"
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

# --- Logs ----------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}

resource "aws_cloudwatch_log_group" "pods" {
  name              = "/airside/${var.name}/pods"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}
