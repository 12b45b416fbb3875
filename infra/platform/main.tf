provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

provider "helm" {
  kubernetes = {
    host                   = module.cluster.endpoint
    cluster_ca_certificate = base64decode(module.cluster.certificate_authority)

    exec = {
      api_version = "client.authentication.k8s.io/v1"
      command     = "aws"
      args        = ["eks", "get-token", "--region", var.region, "--cluster-name", local.stack]
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  stack = "airside-${var.environment}"
  tags = {
    environment     = var.environment
    owner           = var.owner
    "airside:stack" = local.stack
  }

  # The bootstrap creates these, under these names.
  iam          = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}"
  boundary_arn = "${local.iam}:policy/airside-boundary"
  registry     = "${data.aws_caller_identity.current.account_id}.dkr.ecr.${var.region}.amazonaws.com"

  has_postgres = contains(var.stores, "postgres")
  has_dynamodb = contains(var.stores, "dynamodb")
}

# --- Stack ---------------------------------------------------------------------

# The single query that finds everything the environment owns, available to the console and the command line.
resource "aws_resourcegroups_group" "stack" {
  name        = local.stack
  description = "Everything that belongs to ${local.stack}"

  resource_query {
    query = jsonencode({
      ResourceTypeFilters = ["AWS::AllSupported"]
      TagFilters          = [{ Key = "airside:stack", Values = [local.stack] }]
    })
  }
}

module "log_key" {
  source = "../modules/key"

  name        = "${local.stack}-logs"
  description = "Logs of ${local.stack}"
  logs        = true
}

# --- Network -------------------------------------------------------------------

module "network" {
  source = "../modules/network"

  name                     = local.stack
  cidr                     = var.vpc_cidr
  nat                      = var.nat
  interface_endpoints      = var.interface_endpoints
  log_retention_days       = var.log_retention_days
  log_key_arn              = module.log_key.arn
  permissions_boundary_arn = local.boundary_arn
}

# --- Stores --------------------------------------------------------------------

module "postgres" {
  source = "../modules/postgres"
  count  = local.has_postgres ? 1 : 0

  name             = local.stack
  database_network = var.database_network
  dedicated_cidr   = var.database_cidr
  cluster_network = {
    vpc_id                  = module.network.vpc_id
    cidr                    = module.network.cidr
    database_subnet_ids     = module.network.database_subnet_ids
    private_route_table_ids = module.network.private_route_table_ids
  }

  engine                   = var.postgres.engine
  instance_class           = var.postgres.instance_class
  multi_az                 = var.postgres.multi_az
  storage_gb               = var.postgres.storage_gb
  storage_max_gb           = var.postgres.storage_max_gb
  backup_retention_days    = var.postgres.backup_retention_days
  deletion_protection      = var.deletion_protection
  final_snapshot           = var.final_snapshot
  log_retention_days       = var.log_retention_days
  log_key_arn              = module.log_key.arn
  permissions_boundary_arn = local.boundary_arn
}

module "dynamodb" {
  source = "../modules/dynamodb"
  count  = local.has_dynamodb ? 1 : 0

  name                  = local.stack
  user_role_arns        = [module.identity.role_arns["service"], module.identity.role_arns["migration"]]
  replica_regions       = var.dynamodb.replica_regions
  write_units_max       = var.dynamodb.write_units_max
  backup_retention_days = var.dynamodb.backup_retention_days
  deletion_protection   = var.deletion_protection
}

# --- Cluster -------------------------------------------------------------------

module "cluster" {
  source = "../modules/cluster"

  name                     = local.stack
  kubernetes_version       = var.kubernetes_version
  subnet_ids               = module.network.private_subnet_ids
  public_access_cidrs      = var.public_access_cidrs
  administrators           = merge({ apply = "${local.iam}:role/airside-ci-${var.environment}-apply" }, var.administrators)
  viewers                  = { plan = "${local.iam}:role/airside-ci-${var.environment}-plan" }
  databases                = local.has_postgres ? { postgres = { security_group_id = module.postgres[0].security_group_id, port = module.postgres[0].port } } : {}
  deletion_protection      = var.deletion_protection
  tags                     = local.tags
  log_retention_days       = var.log_retention_days
  log_key_arn              = module.log_key.arn
  permissions_boundary_arn = local.boundary_arn

  # Pods need the route out and the stores as long as they exist, also while the environment is destroyed.
  starts_after = [module.network.vpc_id, module.postgres[*].host, module.dynamodb[*].arn]
}

module "identity" {
  source = "../modules/identity"

  name                     = local.stack
  cluster_name             = module.cluster.name
  table_arns               = { for table in module.dynamodb : "ledger" => table.arn }
  secrets                  = { for server in module.postgres : "postgres" => { arn = server.secret_arn, key_arn = server.key_arn } }
  secret_prefix            = "airside/${var.environment}"
  log_group_arn            = module.cluster.pod_log_group_arn
  zone_arn                 = module.edge.zone_arn
  permissions_boundary_arn = local.boundary_arn
}

# --- Edge ----------------------------------------------------------------------

module "edge" {
  source = "../modules/edge"

  name                      = local.stack
  domain                    = var.domain
  parent_zone_id            = var.parent_zone_id
  cluster_name              = module.cluster.name
  dns_identity              = module.identity.association_ids["dns"]
  vpc_id                    = module.network.vpc_id
  cluster_security_group_id = module.cluster.security_group_id
  allowed_cidrs             = var.allowed_cidrs
  rate_limit_per_minute     = var.rate_limit_per_minute
  log_retention_days        = var.log_retention_days
  log_key_arn               = module.log_key.arn
}

# --- Alarms --------------------------------------------------------------------

module "alarms" {
  source = "../modules/alarms"

  name            = local.stack
  emails          = var.alarm_emails
  table_names     = module.dynamodb[*].name
  nat_gateway_ids = module.network.nat_gateway_ids
  budget_usd      = var.budget_usd
  postgres = {
    instance_ids    = flatten(module.postgres[*].instance_ids)
    is_aurora       = var.postgres.engine == "aurora"
    connections_max = var.postgres.connections_alarm
  }
}

# --- GitOps --------------------------------------------------------------------

module "gitops" {
  source = "../modules/gitops"

  host           = "argocd.${var.domain}"
  replicas       = var.argocd_replicas
  repository_url = var.repository_url
  revision       = var.revision

  labels = {
    environment = var.environment
    stack       = local.stack
    store       = var.stores[0]
  }

  facts = merge(
    {
      account                      = data.aws_caller_identity.current.account_id
      alarm_topic_arn              = module.alarms.topic_arn
      argocd_host                  = "argocd.${var.domain}"
      certificate_arn              = module.edge.certificate_arn
      chart_repository             = "${local.registry}/charts/airside"
      cluster_name                 = module.cluster.name
      domain                       = var.domain
      grafana_host                 = "grafana.${var.domain}"
      image_repository             = "${local.registry}/airside"
      load_balancer_security_group = module.edge.security_group_id
      log_group                    = module.cluster.pod_log_group
      network_cidr                 = var.vpc_cidr
      node_role                    = module.cluster.node_role_name
      owner                        = var.owner
      region                       = var.region
      repository_url               = var.repository_url
      revision                     = var.revision
      secret_prefix                = "airside/${var.environment}"
      service_host                 = var.domain
      vpc_id                       = module.network.vpc_id
      web_acl_arn                  = module.edge.web_acl_arn
    },
    { for pod, arn in module.identity.role_arns : "${replace(pod, "-", "_")}_role_arn" => arn },
    { for pod, account in module.identity.service_accounts : "${replace(pod, "-", "_")}_service_account" => "${account.namespace}/${account.service_account}" },
    merge([for server in module.postgres : {
      database_cidr       = var.database_network == "dedicated" ? var.database_cidr : var.vpc_cidr
      database_host       = "${server.host}:${server.port}"
      database_name       = server.database
      database_user       = server.user
      database_secret_arn = server.secret_arn
    }]...),
    merge([for table in module.dynamodb : { table_name = table.name }]...),
  )

  # Workloads in the cluster need their rights and their ingress until the last of them is gone.
  depends_on = [module.alarms, module.cluster, module.edge, module.identity]
}
