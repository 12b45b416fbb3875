# --- Table ---------------------------------------------------------------------

variable "name" {
  description = "Name of the table."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,50}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 51 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "user_role_arns" {
  description = "ARNs of the roles that may have items encrypted and decrypted by the table."
  type        = list(string)

  validation {
    condition     = length(var.user_role_arns) > 0
    error_message = "No role may use the table's key, so that nobody could read the table."
  }
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "Days that any point in time can be restored from."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Backups are kept ${var.backup_retention_days} days; 1 to 35 are possible, and none is refused."
  }
}

variable "write_units_max" {
  description = "Write units a second at which DynamoDB throttles, which bounds what a mistake can cost; `null` for no bound."
  type        = number
  default     = null

  validation {
    condition     = var.write_units_max == null || try(var.write_units_max >= 100, false)
    error_message = "The bound is ${coalesce(var.write_units_max, 0)} write units a second; one batch needs 100 at least."
  }
}

# --- Replicas ------------------------------------------------------------------

variable "replica_regions" {
  description = "Regions that hold a copy to fall back to. Transactions may be recorded in one region at a time only: a replica follows, it does not agree."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for region in var.replica_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", region))])
    error_message = "The regions of replicas are ${jsonencode(var.replica_regions)}; give names such as us-west-2."
  }
}
