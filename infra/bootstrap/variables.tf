# --- State ---------------------------------------------------------------------

variable "region" {
  description = "Region of the states, the images and the environments."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is '${var.region}'; use a name such as us-east-1."
  }
}

variable "owner" {
  description = "Owner of everything, set as the tag `owner`."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 ._@/-]{1,63}$", var.owner))
    error_message = "The owner is '${var.owner}'; use a team or an address of 2 to 64 letters, digits and . _ @ / -."
  }
}

# --- Pipelines -----------------------------------------------------------------

variable "repository" {
  description = "GitHub repository whose jobs may change the account, as `owner/name`."
  type        = string
}

variable "environments" {
  description = "Environments of the account, by name, and their domains."
  type        = map(object({ domain = string }))
}

# --- Budget --------------------------------------------------------------------

variable "budget_usd" {
  description = "Monthly budget of the account, in USD. Warns when 80 % is spent and when the forecast reaches the budget."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget is ${var.budget_usd} USD; it must be greater than 0."
  }
}

variable "budget_emails" {
  description = "Addresses that receive budget warnings."
  type        = list(string)

  validation {
    condition     = length(var.budget_emails) > 0 && alltrue([for email in var.budget_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "The addresses are ${jsonencode(var.budget_emails)}; at least one is required, such as platform@example.org."
  }
}
