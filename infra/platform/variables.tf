# --- Stack ---------------------------------------------------------------------

variable "environment" {
  description = "Name of the environment; the stack is named `airside-` plus this name."
  type        = string

  # With a hyphen, the names of one environment could start like those of another.
  validation {
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.environment))
    error_message = "The environment is '${var.environment}'; it must be 2 to 12 lowercase letters and digits, starting with a letter."
  }

  validation {
    condition     = !contains(["account", "bootstrap", "boundary", "ci", "registry", "state"], var.environment)
    error_message = "The environment is '${var.environment}', a name reserved for a part of the account that the bootstrap creates."
  }
}

variable "region" {
  description = "Region of everything but replicas."
  type        = string
  default     = "us-east-1"
  nullable    = false

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

variable "deletion_protection" {
  description = "Whether AWS refuses to delete cluster, database and table. To destroy an environment, turn it off and apply first."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "Days to keep all logs."
  type        = number
  default     = 30
  nullable    = false
}

# --- Network -------------------------------------------------------------------

variable "vpc_cidr" {
  description = "Address range of the VPC, `/16` to `/22`. Must not overlap other environments or 172.20.0.0/16, the range of Kubernetes services."
  type        = string

  validation {
    condition     = !startswith(var.vpc_cidr, "172.20.")
    error_message = "The range '${var.vpc_cidr}' is the range of Kubernetes services, 172.20.0.0/16."
  }
}

variable "nat" {
  description = "NAT gateways: `one` for all zones, or `per_zone`."
  type        = string
  default     = "per_zone"
  nullable    = false

  validation {
    condition     = var.environment != "production" || var.nat == "per_zone"
    error_message = "The NAT gateways are '${var.nat}'; production requires per_zone, so that losing a zone does not cut off the other zones."
  }
}

variable "interface_endpoints" {
  description = "Services reached without the NAT gateway, such as `ecr.dkr`."
  type        = set(string)
  default     = []
  nullable    = false
}

# --- Stores --------------------------------------------------------------------

variable "stores" {
  description = "Stores to create: `postgres`, `dynamodb`. The service uses the first; the second is for moving from one to the other."
  type        = list(string)
  default     = ["postgres"]
  nullable    = false

  validation {
    condition     = length(var.stores) > 0 && length(setsubtract(var.stores, ["postgres", "dynamodb"])) == 0 && length(distinct(var.stores)) == length(var.stores)
    error_message = "The stores are ${jsonencode(var.stores)}; use postgres, dynamodb or both, the one in use first."
  }
}

variable "database_network" {
  description = "`shared`: PostgreSQL in the database subnets of the VPC; `dedicated`: in a separate VPC, peered with it."
  type        = string
  default     = "shared"
  nullable    = false
}

variable "database_cidr" {
  description = "Address range of the database's own VPC. Must not overlap 172.20.0.0/16. Required with `dedicated`."
  type        = string
  default     = null

  # Otherwise pods would look for the database among the Kubernetes services.
  validation {
    condition     = !startswith(coalesce(var.database_cidr, "none"), "172.20.")
    error_message = "The range '${coalesce(var.database_cidr, "none")}' is the range of Kubernetes services, 172.20.0.0/16."
  }
}

variable "postgres" {
  description = "PostgreSQL: engine (`instance` or `aurora`), class, second server, storage in GiB, days of backups, connections above which an alarm is raised."
  type = object({
    engine                = optional(string, "instance")
    instance_class        = optional(string, "db.t4g.medium")
    multi_az              = optional(bool, true)
    storage_gb            = optional(number, 50)
    storage_max_gb        = optional(number, 500)
    backup_retention_days = optional(number, 7)
    connections_alarm     = optional(number, 300)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.environment != "production" || var.postgres.multi_az
    error_message = "PostgreSQL has multi_az = ${var.postgres.multi_az}; production requires a second server in another zone."
  }

  validation {
    condition     = var.environment != "production" || var.postgres.backup_retention_days >= 14
    error_message = "Backups are kept ${var.postgres.backup_retention_days} days; production requires at least 14."
  }
}

variable "final_snapshot" {
  description = "Whether to take a final snapshot of PostgreSQL when it is deleted."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.environment != "production" || var.final_snapshot
    error_message = "The final snapshot is off; production requires one."
  }
}

variable "dynamodb" {
  description = "DynamoDB: replica regions, write units per second at which it throttles, days of backups."
  type = object({
    replica_regions       = optional(set(string), [])
    write_units_max       = optional(number)
    backup_retention_days = optional(number, 35)
  })
  default  = {}
  nullable = false

  validation {
    condition     = !contains(var.dynamodb.replica_regions, var.region)
    error_message = "The replicas are in ${jsonencode(var.dynamodb.replica_regions)}, which includes ${var.region}, the region of the table itself."
  }
}

# --- Cluster -------------------------------------------------------------------

variable "kubernetes_version" {
  description = "Minor version of Kubernetes."
  type        = string
  default     = "1.35"
  nullable    = false
}

variable "public_access_cidrs" {
  description = "Ranges that may reach the Kubernetes API from outside the VPC; an empty list makes it private, and Terraform must then run inside."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "administrators" {
  description = "ARNs of roles that may do everything in the cluster, besides the one that applies, keyed by any name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.administrators) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "The administrators are ${jsonencode(var.administrators)}; each must be the ARN of a role."
  }
}

# --- Edge ----------------------------------------------------------------------

variable "domain" {
  description = "Host of the service and name of the environment's zone. Argo CD and Grafana are below it."
  type        = string
}

variable "parent_zone_id" {
  description = "Id of the parent Route 53 zone, in the same account; `null` when it is elsewhere."
  type        = string
  default     = null
}

variable "allowed_cidrs" {
  description = "Client address ranges."
  type        = list(string)
  default     = ["0.0.0.0/0"]
  nullable    = false
}

variable "rate_limit_per_minute" {
  description = "Requests per minute from one address above which requests get 429."
  type        = number
  default     = 60000
  nullable    = false
}

# --- Alarms --------------------------------------------------------------------

variable "alarm_emails" {
  description = "Addresses that receive alarms."
  type        = set(string)
}

variable "budget_usd" {
  description = "Monthly budget of the environment, in USD."
  type        = number
}

# --- GitOps --------------------------------------------------------------------

variable "repository_url" {
  description = "URL of the Git repository that Argo CD installs from."
  type        = string
}

variable "revision" {
  description = "Branch, tag or commit that Argo CD installs."
  type        = string
  default     = "main"
  nullable    = false
}

variable "argocd_replicas" {
  description = "Number of replicas of each Argo CD component that can run several."
  type        = number
  default     = 1
  nullable    = false
}
