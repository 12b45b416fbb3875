# --- Network -------------------------------------------------------------------

variable "name" {
  description = "Name of the server and prefix of all related names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "cluster_network" {
  description = "Network of the cluster: the database is in it with `shared` and is peered with it with `dedicated`."
  type = object({
    vpc_id                  = string
    cidr                    = string
    database_subnet_ids     = list(string)
    private_route_table_ids = map(string)
  })

  validation {
    condition     = can(cidrnetmask(var.cluster_network.cidr))
    error_message = "The range of the cluster's network is '${var.cluster_network.cidr}', which is not an IPv4 range."
  }
}

variable "database_network" {
  description = "`shared`: in the database subnets of the cluster's VPC; `dedicated`: in a separate VPC, peered with it."
  type        = string
  default     = "shared"

  validation {
    condition     = contains(["shared", "dedicated"], var.database_network)
    error_message = "The network of the database is '${var.database_network}'; use shared or dedicated."
  }
}

variable "dedicated_cidr" {
  description = "Address range of the database's own VPC; required with `dedicated`."
  type        = string
  default     = null

  validation {
    condition     = var.database_network == "shared" || can(cidrnetmask(var.dedicated_cidr))
    error_message = "A dedicated database network requires an address range in dedicated_cidr, such as 10.21.0.0/22."
  }

  # When two ranges overlap, one contains the other, so both are equal when cut to the shorter prefix.
  validation {
    condition = var.database_network == "shared" || try(
      cidrhost("${split("/", var.dedicated_cidr)[0]}/${min(split("/", var.dedicated_cidr)[1], split("/", var.cluster_network.cidr)[1])}", 0)
      != cidrhost("${split("/", var.cluster_network.cidr)[0]}/${min(split("/", var.dedicated_cidr)[1], split("/", var.cluster_network.cidr)[1])}", 0),
      false
    )
    error_message = "The database's range '${coalesce(var.dedicated_cidr, "none")}' overlaps the cluster's '${var.cluster_network.cidr}'; peered networks must not overlap."
  }
}

variable "zone_count" {
  description = "Number of zones of a dedicated network, 2 or 3."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "There are ${var.zone_count} zones; use 2 or 3."
  }
}

# --- Server --------------------------------------------------------------------

variable "engine" {
  description = "`instance`: RDS for PostgreSQL; `aurora`: Aurora PostgreSQL, with faster failover at a higher price."
  type        = string
  default     = "instance"

  validation {
    condition     = contains(["instance", "aurora"], var.engine)
    error_message = "The engine is '${var.engine}'; use instance or aurora."
  }
}

variable "postgres_version" {
  description = "Major version of PostgreSQL. RDS uses the newest minor version and keeps it current in the maintenance window."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^(1[4-9])$", var.postgres_version))
    error_message = "The version is '${var.postgres_version}'; Airside needs PostgreSQL 14 or later, given as a major version."
  }
}

variable "instance_class" {
  description = "Instance class, such as `db.m7g.large`."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "The class is '${var.instance_class}'; use one such as db.m7g.large."
  }

  validation {
    condition     = var.engine == "instance" || can(regex("^db\\.(t4g\\.(medium|large)|[rx])", var.instance_class))
    error_message = "The class is '${var.instance_class}'; Aurora supports t4g.medium, t4g.large and classes of the families r and x."
  }
}

variable "multi_az" {
  description = "Whether a second server in another zone takes over when the first fails."
  type        = bool
  default     = true
}

variable "storage_gb" {
  description = "Initial storage size in GiB. Aurora grows automatically."
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "The storage is ${var.storage_gb} GiB; RDS accepts 20 to 65,536."
  }
}

variable "storage_max_gb" {
  description = "Size in GiB up to which RDS lets the storage grow."
  type        = number
  default     = 500

  validation {
    condition     = var.storage_max_gb >= var.storage_gb * 1.1
    error_message = "The storage may grow to ${var.storage_max_gb} GiB, which must be at least a tenth more than ${var.storage_gb}."
  }
}

variable "backup_retention_days" {
  description = "Days of point-in-time recovery."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Backups are kept ${var.backup_retention_days} days; use 1 to 35. Backups cannot be turned off."
  }
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the server, and keeps automatic backups if the server is deleted anyway."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "Whether to take a final snapshot when the server is deleted."
  type        = bool
  default     = true
}

# --- Password ------------------------------------------------------------------

variable "rotation_days" {
  description = "Days after which RDS changes the password."
  type        = number
  default     = 30

  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 365
    error_message = "The password is changed every ${var.rotation_days} days; use 1 to 365."
  }
}

# --- Logs ----------------------------------------------------------------------

variable "log_retention_days" {
  description = "Days to keep server logs and the flow logs of a dedicated network."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "The retention is ${var.log_retention_days} days, which CloudWatch does not support; use 30, 90 or 365."
  }
}

variable "log_key_arn" {
  description = "ARN of the KMS key for the log groups."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_key_arn))
    error_message = "The key is '${var.log_key_arn}'; use the ARN of a KMS key."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary for the roles created here; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The permissions boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; use the ARN of a policy."
  }
}
