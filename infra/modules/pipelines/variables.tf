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

  # The stack of such an environment would be named like something of the account, and its roles like those of pipelines.
  validation {
    condition     = length(setintersection(keys(var.environments), ["account", "bootstrap", "boundary", "ci", "registry", "state"])) == 0
    error_message = "The environments are ${jsonencode(keys(var.environments))}; account, bootstrap, boundary, ci, registry and state are names of the account's own parts."
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

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", var.state_bucket_arn))
    error_message = "The bucket of the states is '${var.state_bucket_arn}'; give the ARN of one bucket."
  }
}

variable "state_key_arn" {
  description = "ARN of the key of that bucket."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.state_key_arn))
    error_message = "The key is '${var.state_key_arn}'; give the ARN of a key of KMS."
  }
}

# --- Images --------------------------------------------------------------------

variable "repository_arns" {
  description = "ARNs of the repositories that images and charts are pushed to, by name."
  type        = map(string)

  validation {
    condition     = alltrue([for arn in values(var.repository_arns) : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*]+$", arn))])
    error_message = "The repositories are ${jsonencode(var.repository_arns)}; each has to be the ARN of one repository."
  }
}
