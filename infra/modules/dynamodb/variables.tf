# --- Table ---------------------------------------------------------------------

variable "name" {
  description = "Name of the table."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,50}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 51 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "user_role_arns" {
  description = "ARNs of the roles that may use the table's key to encrypt and decrypt items."
  type        = list(string)

  validation {
    condition     = length(var.user_role_arns) > 0
    error_message = "No role may use the table's key, so no one could read the table."
  }
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "Days of point-in-time recovery."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Backups are kept ${var.backup_retention_days} days; use 1 to 35. Backups cannot be turned off."
  }
}

variable "write_units_max" {
  description = "Write units per second at which DynamoDB throttles, which limits the cost of a mistake; `null` for no limit."
  type        = number
  default     = null

  validation {
    condition     = var.write_units_max == null || try(var.write_units_max >= 100, false)
    error_message = "The limit is ${coalesce(var.write_units_max, 0)} write units a second; one batch needs at least 100."
  }
}

# --- Replicas ------------------------------------------------------------------

variable "replica_regions" {
  description = "Regions with a replica for failover. Record transactions in one region at a time: a replica follows the table and does not coordinate with it."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for region in var.replica_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "The replica regions are ${jsonencode(var.replica_regions)}; use names such as us-west-2."
  }
}
