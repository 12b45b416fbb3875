# --- Trust ---------------------------------------------------------------------

variable "repository" {
  description = "GitHub repository whose jobs may assume the roles, as `owner/name`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "The repository is '${var.repository}'; use owner/name, without wildcards."
  }
}

variable "environments" {
  description = "Environments, by name, and their domains."
  type        = map(object({ domain = string }))

  # With a hyphen, the names of one environment could start like those of another.
  validation {
    condition     = length(var.environments) > 0 && alltrue([for name in keys(var.environments) : can(regex("^[a-z][a-z0-9]{1,11}$", name))])
    error_message = "The environments are ${jsonencode(keys(var.environments))}; at least one is required, each of 2 to 12 lowercase letters and digits."
  }

  # The stack of such an environment would have the name of an account resource, and its roles those of pipelines.
  validation {
    condition     = length(setintersection(keys(var.environments), ["account", "bootstrap", "boundary", "ci", "registry", "state"])) == 0
    error_message = "The environments are ${jsonencode(keys(var.environments))}; account, bootstrap, boundary, ci, registry and state are reserved for the account."
  }

  validation {
    condition     = alltrue([for environment in var.environments : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", environment.domain))])
    error_message = "The domains are ${jsonencode([for environment in var.environments : environment.domain])}; each must be a host name."
  }
}

# --- State ---------------------------------------------------------------------

variable "state_bucket_arn" {
  description = "ARN of the state bucket."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:s3:::[a-z0-9.-]+$", var.state_bucket_arn))
    error_message = "The state bucket is '${var.state_bucket_arn}'; use the ARN of one bucket."
  }
}

variable "state_key_arn" {
  description = "ARN of the state bucket's key."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.state_key_arn))
    error_message = "The key is '${var.state_key_arn}'; use the ARN of a KMS key."
  }
}

# --- Images --------------------------------------------------------------------

variable "repository_arns" {
  description = "ARNs of the repositories that receive images and charts, by name."
  type        = map(string)

  validation {
    condition     = alltrue([for arn in values(var.repository_arns) : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*]+$", arn))])
    error_message = "The repositories are ${jsonencode(var.repository_arns)}; each must be the ARN of one repository."
  }
}
