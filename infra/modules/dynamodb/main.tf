# --- Table ---------------------------------------------------------------------

# The service requires these keys and this time to live when it starts.
resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection

  # Replicas are fed from the stream.
  stream_enabled   = length(var.replica_regions) > 0
  stream_view_type = length(var.replica_regions) > 0 ? "NEW_AND_OLD_IMAGES" : null

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.backup_retention_days
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = module.key.arn
  }

  dynamic "on_demand_throughput" {
    for_each = var.write_units_max == null ? [] : [var.write_units_max]

    content {
      max_write_request_units = on_demand_throughput.value
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions

    content {
      region_name                 = replica.value
      kms_key_arn                 = aws_kms_replica_key.this[replica.value].arn
      point_in_time_recovery      = true
      propagate_tags              = true
      deletion_protection_enabled = var.deletion_protection
    }
  }
}

module "key" {
  source = "../key"

  name         = "${var.name}-dynamodb"
  description  = "Table ${var.name}"
  multi_region = length(var.replica_regions) > 0
  users        = { dynamodb = var.user_role_arns }
}

# --- Replicas ------------------------------------------------------------------

resource "aws_kms_replica_key" "this" {
  for_each = var.replica_regions

  region                  = each.key
  description             = "Table ${var.name}, replica in ${each.key}"
  primary_key_arn         = module.key.arn
  deletion_window_in_days = 30
}
