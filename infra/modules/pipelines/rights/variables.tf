# --- Documents -----------------------------------------------------------------

variable "stack" {
  description = "Value of the tag `airside:stack` and name prefix of what may be changed."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z][a-z0-9]{1,11}$", var.stack))
    error_message = "The stack is '${var.stack}'; use the name of the product and one environment, such as airside-dev."
  }
}

variable "domain" {
  description = "Name of the zone; records may be changed at it and below it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "The domain is '${var.domain}'; use a host name without wildcards."
  }
}

variable "boundary_arn" {
  description = "ARN of the permissions boundary that every role must have."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "The permissions boundary is '${var.boundary_arn}'; use the ARN of a policy."
  }
}
