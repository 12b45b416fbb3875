# --- Key -----------------------------------------------------------------------

variable "name" {
  description = "Name of the key's alias, without `alias/`."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,62}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 63 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "description" {
  description = "What the key encrypts."
  type        = string

  validation {
    condition     = length(var.description) >= 1 && length(var.description) <= 8192
    error_message = "The description has ${length(var.description)} characters; use 1 to 8,192."
  }
}

variable "multi_region" {
  description = "Whether replicas of the key may be created in other regions. Cannot be changed later."
  type        = bool
  default     = false
}

variable "deletion_window_days" {
  description = "Days between the removal of the key and its deletion. Until then the key, and everything it encrypts, can be restored."
  type        = number
  default     = 30

  validation {
    condition     = var.deletion_window_days >= 7 && var.deletion_window_days <= 30
    error_message = "The deletion window is ${var.deletion_window_days} days; KMS accepts 7 to 30."
  }
}

# --- Users ---------------------------------------------------------------------

variable "logs" {
  description = "Whether CloudWatch Logs may use the key to encrypt log groups of this account and region."
  type        = bool
  default     = false
}

variable "services" {
  description = "AWS services that may send encrypted messages on behalf of this account, such as `cloudwatch.amazonaws.com`."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for service in var.services : can(regex("^[a-z0-9.-]+\\.amazonaws\\.com$", service))])
    error_message = "The services are ${jsonencode(var.services)}; each must end in .amazonaws.com."
  }
}

variable "users" {
  description = "Roles that may use the key only through a service: the service's short name, such as `dynamodb`, and role ARNs."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for arn in flatten(values(var.users)) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "The users are ${jsonencode(var.users)}; each must be the ARN of a role."
  }
}
