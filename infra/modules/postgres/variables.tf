# --- Network -------------------------------------------------------------------

variable "name" {
  description = "Name of the server and beginning of all names beside it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_network" {
  description = "Network of the cluster: where the database is with `shared`, and what it is peered with if `dedicated`."
  type = object({
    vpc_id                  = string
    cidr                    = string
    database_subnet_ids     = list(string)
    private_route_table_ids = map(string)
  })

  validation {
    condition     = can(cidrnetmask(var.cluster_network.cidr))
    error_message = "The range of the cluster's network is '${var.cluster_network.cidr}', which is no IPv4 range."
  }
}

variable "database_network" {
  description = "`shared`: in the database subnets of the cluster's VPC; `dedicated`: in a VPC of its own, peered with it."
  type        = string
  default     = "shared"

  validation {
    condition     = contains(["shared", "dedicated"], var.database_network)
    error_message = "The network of the database is '${var.database_network}'; shared or dedicated is possible."
  }
}

variable "dedicated_cidr" {
  description = "Address range of the database's own VPC; needed with `dedicated`."
  type        = string
  default     = null

  validation {
    condition     = var.database_network == "shared" || can(cidrnetmask(var.dedicated_cidr))
    error_message = "A dedicated database network needs an address range, dedicated_cidr, such as 10.21.0.0/22."
  }

  # Of two ranges that overlap one contains the other, so that both begin alike when cut to the shorter prefix.
  validation {
    condition = var.database_network == "shared" || try(
      cidrhost("${split("/", var.dedicated_cidr)[0]}/${min(split("/", var.dedicated_cidr)[1], split("/", var.cluster_network.cidr)[1])}", 0)
      != cidrhost("${split("/", var.cluster_network.cidr)[0]}/${min(split("/", var.dedicated_cidr)[1], split("/", var.cluster_network.cidr)[1])}", 0),
      false
    )
    error_message = "The database's range '${coalesce(var.dedicated_cidr, "none")}' overlaps the cluster's '${var.cluster_network.cidr}'; peered networks must not."
  }
}

variable "zone_count" {
  description = "Number of zones of a dedicated network, 2 or 3."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "There are ${var.zone_count} zones; 2 or 3 are possible."
  }
}

# --- Server --------------------------------------------------------------------

variable "engine" {
  description = "`instance`: RDS for PostgreSQL; `aurora`: Aurora PostgreSQL, with faster failover at a higher price."
  type        = string
  default     = "instance"

  validation {
    condition     = contains(["instance", "aurora"], var.engine)
    error_message = "The engine is '${var.engine}'; instance or aurora is possible."
  }
}

variable "postgres_version" {
  description = "Major version of PostgreSQL. RDS takes the newest minor version and keeps it current in the maintenance window."
  type        = string
  default     = "17"

  validation {
    condition     = can(regex("^(1[4-9])$", var.postgres_version))
    error_message = "The version is '${var.postgres_version}'; Airside needs PostgreSQL 14 or later, given as a major version."
  }
}

variable "instance_class" {
  description = "Class of the instance, such as `db.m7g.large`."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "The class is '${var.instance_class}'; give one such as db.m7g.large."
  }

  validation {
    condition     = var.engine == "instance" || can(regex("^db\\.(t4g\\.(medium|large)|[rx])", var.instance_class))
    error_message = "The class is '${var.instance_class}'; Aurora has t4g.medium, t4g.large and classes of the families r and x."
  }
}

variable "multi_az" {
  description = "Whether a second server in another zone takes over when the first fails."
  type        = bool
  default     = true
}

variable "storage_gb" {
  description = "Size of the storage at first, in GiB. Aurora grows by itself."
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "The storage is ${var.storage_gb} GiB; RDS takes 20 to 65,536."
  }
}

variable "storage_max_gb" {
  description = "Size up to which RDS lets the storage grow, in GiB."
  type        = number
  default     = 500

  validation {
    condition     = var.storage_max_gb >= var.storage_gb * 1.1
    error_message = "The storage may grow to ${var.storage_max_gb} GiB, which has to be at least a tenth more than ${var.storage_gb}."
  }
}

variable "backup_retention_days" {
  description = "Days that any point in time can be restored from."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Backups are kept ${var.backup_retention_days} days; 1 to 35 are possible, and none is refused."
  }
}

variable "deletion_protection" {
  description = "Whether RDS refuses to delete the server, and keeps automatic backups when it is deleted after all."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "Whether a last snapshot is taken when the server is deleted."
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
    error_message = "The password is changed every ${var.rotation_days} days; 1 to 365 are possible."
  }
}

# --- Logs ----------------------------------------------------------------------

variable "log_retention_days" {
  description = "Days that logs of the server and flow logs of a dedicated network are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "The retention is ${var.log_retention_days} days, which CloudWatch does not offer; take 30, 90 or 365."
  }
}

variable "log_key_arn" {
  description = "ARN of the KMS key of the log groups."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_key_arn))
    error_message = "The key is '${var.log_key_arn}'; give the ARN of a key of KMS."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the roles made here; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; give the ARN of a policy."
  }
}
