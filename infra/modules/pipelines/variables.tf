# --- Trust ---------------------------------------------------------------------

variable "repository" {
  description = "Repository on GitHub whose jobs may become the roles, as `owner/name`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "The repository is '${var.repository}'; give it as owner/name, without wildcards."
  }
}

variable "environments" {
  description = "Environments, by name, and their domains."
  type        = map(object({ domain = string }))

  # A hyphen would let the names of one environment begin like those of another.
  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9]{1,11}$", name))])
    error_message = "The environments are ${jsonencode(keys(var.environments))}; at least one is needed, each of 2 to 12 small letters and digits."
  }

  validation {
    condition     = alltrue([for environment in var.environments : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", environment.domain))])
    error_message = "The domains are ${jsonencode([for environment in var.environments : environment.domain])}; each has to be a host name."
  }
}

# --- State ---------------------------------------------------------------------

variable "state_bucket_arn" {
  description = "ARN of the bucket of the states."
  type        = string
}

variable "state_key_arn" {
  description = "ARN of the key of that bucket."
  type        = string
}

# --- Images --------------------------------------------------------------------

variable "repository_arns" {
  description = "ARNs of the repositories that images and charts are pushed to, by name."
  type        = map(string)
}
