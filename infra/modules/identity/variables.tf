# --- Roles ---------------------------------------------------------------------

variable "name" {
  description = "Name of the environment's stack and cluster, and prefix of the role names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "cluster_name" {
  description = "Name of the cluster. It must exist before service accounts are bound to roles."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", var.cluster_name))
    error_message = "The cluster is '${var.cluster_name}'; use its name of at most 100 letters, digits, hyphens and underscores."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary for the roles created here; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The permissions boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; use the ARN of a policy."
  }
}

# --- Rights --------------------------------------------------------------------

variable "table_arns" {
  description = "ARNs of the tables that the service may use, keyed by any name. Empty if everything is in PostgreSQL."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.table_arns) : can(regex("^arn:[a-z-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[A-Za-z0-9_.-]+$", arn))])
    error_message = "The tables are ${jsonencode(var.table_arns)}; each must be the ARN of one table."
  }
}

variable "secrets" {
  description = "Secrets that External Secrets may read besides those under the prefix, and their KMS keys, keyed by any name."
  type        = map(object({ arn = string, key_arn = string }))
  default     = {}

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^arn:[a-z-]+:[a-z]+:[a-z0-9-]+:[0-9]{12}:[^*]+$", secret.arn)) && can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[^*]+$", secret.key_arn))])
    error_message = "The secrets are ${jsonencode(var.secrets)}; each must be the ARN of one secret and that of its key."
  }
}

variable "secret_prefix" {
  description = "Name prefix of the secrets that External Secrets may read, such as `airside/dev`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(/[a-z0-9-]+)+$", var.secret_prefix))
    error_message = "The prefix is '${var.secret_prefix}'; use at least two parts, such as airside/dev, so that it names one environment."
  }
}

variable "log_group_arn" {
  description = "ARN of the log group that the log collector writes to."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]{12}:log-group:[^*]+$", var.log_group_arn))
    error_message = "The log group is '${var.log_group_arn}'; use the ARN of one log group."
  }
}

variable "zone_arn" {
  description = "ARN of the zone that receives the cluster's host names."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:route53:[^*]+$", var.zone_arn))
    error_message = "The zone is '${var.zone_arn}'; use the ARN of one zone."
  }
}
