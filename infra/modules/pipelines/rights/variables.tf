# --- Documents -----------------------------------------------------------------

variable "stack" {
  description = "Value of the tag `airside:stack` and beginning of the names of what may be changed."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z][a-z0-9]{1,11}$", var.stack))
    error_message = "The stack is '${var.stack}'; give the name of the product and one environment, such as airside-dev."
  }
}

variable "domain" {
  description = "Name of the zone; records may be changed at it and below it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "The domain is '${var.domain}'; give a host name without wildcards."
  }
}

variable "boundary_arn" {
  description = "ARN of the policy that every role has to be bounded by."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.boundary_arn))
    error_message = "The boundary is '${var.boundary_arn}'; give the ARN of a policy."
  }
}
