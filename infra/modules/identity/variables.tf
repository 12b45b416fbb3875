# --- Roles ---------------------------------------------------------------------

variable "name" {
  description = "Name of the environment's stack and cluster, and beginning of the names of the roles."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_name" {
  description = "Name of the cluster, which has to be there before service accounts are bound to roles."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the roles made here; `null` for none."
  type        = string
  default     = null
}

# --- Rights --------------------------------------------------------------------

variable "table_arns" {
  description = "ARNs of the tables that the service may use, by any name; none where it keeps everything in PostgreSQL."
  type        = map(string)
  default     = {}
}

variable "secrets" {
  description = "Secrets that External Secrets may read besides those of the prefix, and their KMS keys, by any name."
  type        = map(object({ arn = string, key_arn = string }))
  default     = {}
}

variable "secret_prefix" {
  description = "Beginning of the names of the secrets that External Secrets may read, such as `airside/dev`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+(/[a-z0-9-]+)+$", var.secret_prefix))
    error_message = "The prefix is '${var.secret_prefix}'; give at least two parts, such as airside/dev, so that it names one environment."
  }
}

variable "log_group_arn" {
  description = "ARN of the log group that the log collector writes to."
  type        = string
}

variable "zone_arn" {
  description = "ARN of the zone that host names of the cluster are written to."
  type        = string
}
