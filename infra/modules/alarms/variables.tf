# --- Topic ---------------------------------------------------------------------

variable "name" {
  description = "Name of the environment's stack and beginning of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "emails" {
  description = "Addresses that alarms are sent to. Each gets a message first that it has to confirm."
  type        = set(string)

  validation {
    condition     = length(var.emails) > 0 && alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "The addresses are ${jsonencode(var.emails)}; at least one is needed, such as platform@example.org."
  }
}

# --- Alarms --------------------------------------------------------------------

variable "postgres" {
  description = "Identifiers of the instances of PostgreSQL, whether they are Aurora's, and the connections past which an alarm is raised."
  type = object({
    instance_ids    = list(string)
    is_aurora       = bool
    connections_max = number
  })
  default = { instance_ids = [], is_aurora = false, connections_max = 0 }

  validation {
    condition     = length(var.postgres.instance_ids) == 0 || var.postgres.connections_max >= 1
    error_message = "The bound of connections is ${var.postgres.connections_max}; it has to be 1 at least."
  }
}

variable "table_names" {
  description = "Names of tables of DynamoDB."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.table_names : can(regex("^[A-Za-z0-9_.-]{3,255}$", name))])
    error_message = "The tables are ${jsonencode(var.table_names)}; a name has 3 to 255 letters, digits and . _ -."
  }
}

variable "nat_gateway_ids" {
  description = "Ids of the NAT gateways, by zone."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for zone in keys(var.nat_gateway_ids) : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$", zone))])
    error_message = "The zones of the NAT gateways are ${jsonencode(keys(var.nat_gateway_ids))}; give names such as us-east-1a."
  }
}

variable "load_balancer_errors_max" {
  description = "Answers with a status of 500 or more in a minute, past which an alarm is raised."
  type        = number
  default     = 10

  validation {
    condition     = var.load_balancer_errors_max >= 0
    error_message = "The bound is ${var.load_balancer_errors_max} errors a minute; it cannot be negative."
  }
}

# --- Budget --------------------------------------------------------------------

variable "budget_usd" {
  description = "What the environment may cost in a month, in USD. It warns at 80 % spent, and when the forecast reaches it."
  type        = number

  validation {
    condition     = var.budget_usd > 0
    error_message = "The budget is ${var.budget_usd} USD; it has to be more than nothing."
  }
}
