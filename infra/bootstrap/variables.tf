# --- State ---------------------------------------------------------------------

variable "region" {
  description = "Region of the states and images, and of the environments."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is '${var.region}'; give a name such as us-east-1."
  }
}

variable "owner" {
  description = "Who answers for it, as the tag `owner` of everything."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9 ._@/-]{1,63}$", var.owner))
    error_message = "The owner is '${var.owner}'; give a team or an address of 2 to 64 letters, digits and . _ @ / -."
  }
}

# --- Pipelines -----------------------------------------------------------------

variable "repository" {
  description = "Repository on GitHub whose jobs may change the account, as `owner/name`."
  type        = string
}

variable "environments" {
  description = "Environments of the account, by name, and their domains."
  type        = map(object({ domain = string }))
}

# --- Budget --------------------------------------------------------------------

variable "budget_usd" {
  description = "What the account may cost in a month, in USD. It warns at 80 % spent, and when the forecast reaches it."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget is ${var.budget_usd} USD; it has to be more than nothing."
  }
}

variable "budget_emails" {
  description = "Addresses that are warned."
  type        = list(string)

  validation {
    condition     = length(var.budget_emails) > 0 && alltrue([for email in var.budget_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "The addresses are ${jsonencode(var.budget_emails)}; at least one is needed, such as platform@example.org."
  }
}
