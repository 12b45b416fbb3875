# --- Topic ---------------------------------------------------------------------

variable "name" {
  description = "Name of the environment's stack and prefix of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "emails" {
  description = "Addresses that receive alarms. Each first gets a message that it must confirm."
  type        = set(string)

  validation {
    condition     = length(var.emails) > 0 && alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "The addresses are ${jsonencode(var.emails)}; at least one is required, such as platform@example.org."
  }
}

# --- Alarms --------------------------------------------------------------------

variable "postgres" {
  description = "PostgreSQL instance identifiers, whether they are Aurora instances, and the number of connections above which an alarm is raised."
  type = object({
    instance_ids    = list(string)
    is_aurora       = bool
    connections_max = number
  })
  default = { instance_ids = [], is_aurora = false, connections_max = 0 }

  validation {
    condition     = length(var.postgres.instance_ids) == 0 || var.postgres.connections_max >= 1
    error_message = "The connection limit is ${var.postgres.connections_max}; it must be at least 1."
  }
}

variable "table_names" {
  description = "DynamoDB table names."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.table_names : can(regex("^[A-Za-z0-9_.-]{3,255}$", name))])
    error_message = "The tables are ${jsonencode(var.table_names)}; a name has 3 to 255 letters, digits and . _ -."
  }
}

variable "nat_gateway_ids" {
  description = "NAT gateway ids, by zone."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for zone in keys(var.nat_gateway_ids) : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "The zones of the NAT gateways are ${jsonencode(keys(var.nat_gateway_ids))}; use names such as us-east-1a."
  }
}

variable "load_balancer_errors_max" {
  description = "Responses per minute with a status of 500 or more above which an alarm is raised."
  type        = number
  default     = 10

  validation {
    condition     = var.load_balancer_errors_max >= 0
    error_message = "The limit is ${var.load_balancer_errors_max} errors a minute; it cannot be negative."
  }
}

# --- Budget --------------------------------------------------------------------

variable "budget_usd" {
  description = "Monthly budget of the environment, in USD. Warns when 80 % is spent and when the forecast reaches the budget."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget is ${var.budget_usd} USD; it must be greater than 0."
  }
}
