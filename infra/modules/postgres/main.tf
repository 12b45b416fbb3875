data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  port         = 5432
  is_aurora    = var.engine == "aurora"
  is_dedicated = var.database_network == "dedicated"
  vpc_id       = local.is_dedicated ? module.network[0].vpc_id : var.cluster_network.vpc_id
  subnet_ids   = local.is_dedicated ? module.network[0].database_subnet_ids : var.cluster_network.database_subnet_ids

  family = local.is_aurora ? "aurora-postgresql${var.postgres_version}" : "postgres${var.postgres_version}"
  parameters = {
    "log_min_duration_statement" = "1000"
    "password_encryption"        = "scram-sha-256"
    "rds.force_ssl"              = "1"
  }

  log_types = local.is_aurora ? ["postgresql"] : ["postgresql", "upgrade"]
  log_path  = local.is_aurora ? "/aws/rds/cluster" : "/aws/rds/instance"

  # A recreated server has another key, so its final snapshot does not get the name of an earlier one.
  final_snapshot = var.final_snapshot ? "${var.name}-final-${substr(reverse(split("/", module.key.arn))[0], 0, 8)}" : null
}

# --- Network -------------------------------------------------------------------

module "network" {
  source = "../network"
  count  = local.is_dedicated ? 1 : 0

  name                     = "${var.name}-database"
  cidr                     = var.dedicated_cidr
  zone_count               = var.zone_count
  tiers                    = ["database"]
  log_retention_days       = var.log_retention_days
  log_key_arn              = var.log_key_arn
  permissions_boundary_arn = var.permissions_boundary_arn
}

resource "aws_vpc_peering_connection" "this" {
  count = local.is_dedicated ? 1 : 0

  vpc_id      = var.cluster_network.vpc_id
  peer_vpc_id = module.network[0].vpc_id
  auto_accept = true

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_peering_connection_options" "this" {
  count = local.is_dedicated ? 1 : 0

  vpc_peering_connection_id = aws_vpc_peering_connection.this[0].id

  accepter {
    allow_remote_vpc_dns_resolution = true
  }

  requester {
    allow_remote_vpc_dns_resolution = true
  }
}

resource "aws_route" "to_database" {
  for_each = local.is_dedicated ? var.cluster_network.private_route_table_ids : {}

  route_table_id            = each.value
  destination_cidr_block    = module.network[0].cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.this[0].id
}

resource "aws_route" "to_cluster" {
  count = local.is_dedicated ? 1 : 0

  route_table_id            = module.network[0].database_route_table_id
  destination_cidr_block    = var.cluster_network.cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.this[0].id
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Database subnets of ${var.name}"
  subnet_ids  = local.subnet_ids
}

# The cluster opens it for its pods. Nothing else may come in, and nothing may go out.
resource "aws_security_group" "this" {
  name        = "${var.name}-postgres"
  description = "PostgreSQL of ${var.name}, reached from pods only"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-postgres" }
}

# --- Server --------------------------------------------------------------------

module "key" {
  source = "../key"

  name        = "${var.name}-postgres"
  description = "PostgreSQL of ${var.name}: storage, backups, insights, password"
}

resource "aws_db_parameter_group" "this" {
  count = local.is_aurora ? 0 : 1

  name_prefix = "${var.name}-"
  description = "PostgreSQL of ${var.name}"
  family      = local.family

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  count = local.is_aurora ? 0 : 1

  identifier                 = var.name
  engine                     = "postgres"
  engine_version             = var.postgres_version
  instance_class             = var.instance_class
  parameter_group_name       = aws_db_parameter_group.this[0].name
  auto_minor_version_upgrade = true
  apply_immediately          = false
  maintenance_window         = "sun:03:00-sun:04:00"

  db_name                             = "airside"
  username                            = "airside"
  port                                = local.port
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = module.key.arn
  iam_database_authentication_enabled = true
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"

  multi_az               = var.multi_az
  publicly_accessible    = false
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_max_gb
  storage_encrypted     = true
  kms_key_id            = module.key.arn

  backup_retention_period   = var.backup_retention_days
  backup_window             = "01:00-02:00"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.deletion_protection
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.final_snapshot
  final_snapshot_identifier = local.final_snapshot

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = module.key.arn
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports       = local.log_types

  depends_on = [
    aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.monitoring, aws_route.to_cluster, aws_route.to_database,
    aws_vpc_peering_connection_options.this,
  ]
}

# --- Aurora --------------------------------------------------------------------

resource "aws_rds_cluster_parameter_group" "this" {
  count = local.is_aurora ? 1 : 0

  name_prefix = "${var.name}-"
  description = "PostgreSQL of ${var.name}"
  family      = local.family

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_rds_cluster" "this" {
  count = local.is_aurora ? 1 : 0

  cluster_identifier              = var.name
  engine                          = "aurora-postgresql"
  engine_version                  = var.postgres_version
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.this[0].name
  apply_immediately               = false
  preferred_maintenance_window    = "sun:03:00-sun:04:00"

  database_name                       = "airside"
  master_username                     = "airside"
  port                                = local.port
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = module.key.arn
  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]

  storage_encrypted = true
  kms_key_id        = module.key.arn

  backup_retention_period   = var.backup_retention_days
  preferred_backup_window   = "01:00-02:00"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.deletion_protection
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.final_snapshot
  final_snapshot_identifier = local.final_snapshot

  enabled_cloudwatch_logs_exports = local.log_types

  depends_on = [
    aws_cloudwatch_log_group.this, aws_route.to_cluster, aws_route.to_database, aws_vpc_peering_connection_options.this,
  ]
}

# Aurora keeps six copies in three zones for any number of instances; the second instance takes over when the first fails.
resource "aws_rds_cluster_instance" "this" {
  count = local.is_aurora ? (var.multi_az ? 2 : 1) : 0

  identifier                 = "${var.name}-${count.index}"
  cluster_identifier         = aws_rds_cluster.this[0].id
  engine                     = aws_rds_cluster.this[0].engine
  instance_class             = var.instance_class
  auto_minor_version_upgrade = true
  ca_cert_identifier         = "rds-ca-rsa2048-g1"
  publicly_accessible        = false
  copy_tags_to_snapshot      = true

  performance_insights_enabled          = true
  performance_insights_kms_key_id       = module.key.arn
  performance_insights_retention_period = 7
  monitoring_interval                   = 60
  monitoring_role_arn                   = aws_iam_role.monitoring.arn

  depends_on = [aws_iam_role_policy_attachment.monitoring]
}

# --- Password ------------------------------------------------------------------

locals {
  secret_arn = one(flatten([aws_db_instance.this[*].master_user_secret[*].secret_arn, aws_rds_cluster.this[*].master_user_secret[*].secret_arn]))
}

# RDS created the password, keeps it in Secrets Manager and changes it. Terraform never sees it.
resource "aws_secretsmanager_secret_rotation" "this" {
  secret_id          = local.secret_arn
  rotate_immediately = false

  rotation_rules {
    automatically_after_days = var.rotation_days
  }
}

# --- Logs ----------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(local.log_types)

  name              = "${local.log_path}/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_key_arn
}

data "aws_iam_policy_document" "monitoring_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  name                 = "${var.name}-rds-monitoring"
  description          = "Lets RDS write operating system metrics"
  assume_role_policy   = data.aws_iam_policy_document.monitoring_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
