# --- Cluster -------------------------------------------------------------------

variable "name" {
  description = "Name of the cluster and prefix of its role names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "kubernetes_version" {
  description = "Minor version of Kubernetes. Auto Mode keeps nodes and its own components at it."
  type        = string
  default     = "1.35"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "The version is '${var.kubernetes_version}'; use a minor version such as 1.35."
  }
}

variable "subnet_ids" {
  description = "Private subnets for nodes, pods and the control plane's addresses, in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "There are ${length(var.subnet_ids)} subnets; EKS needs at least two in different zones."
  }
}

variable "service_cidr" {
  description = "Address range of Kubernetes services. Must not overlap any network that pods talk to. Cannot be changed later."
  type        = string
  default     = "172.20.0.0/16"

  validation {
    condition     = can(regex("^(10|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.", var.service_cidr)) && can(cidrnetmask(var.service_cidr)) && try(tonumber(split("/", var.service_cidr)[1]) >= 12 && tonumber(split("/", var.service_cidr)[1]) <= 24, false)
    error_message = "The service range is '${var.service_cidr}'; EKS accepts a private range from /24 to /12."
  }
}

variable "public_access_cidrs" {
  description = "Ranges that may reach the Kubernetes API from outside the VPC; an empty list makes the API private. Callers always need a role with access."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.public_access_cidrs : can(cidrnetmask(cidr)) && try(tonumber(split("/", cidr)[1]) >= 24, false)])
    error_message = "The ranges are ${jsonencode(var.public_access_cidrs)}; each must be an IPv4 range of at most 256 addresses (/24 to /32)."
  }
}

variable "deletion_protection" {
  description = "Whether EKS refuses to delete the cluster."
  type        = bool
  default     = true
}

variable "starts_after" {
  description = "What must exist before the cluster and may be deleted only after it, such as the address of the database."
  type        = any
  default     = []
}

variable "tags" {
  description = "Tags for resources that EKS creates and the provider's default tags do not reach."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, value in var.tags : length(name) >= 1 && length(name) <= 128 && !startswith(name, "aws:") && length(value) <= 256])
    error_message = "The tags are ${jsonencode(var.tags)}; a name has 1 to 128 characters and does not start with aws:, a value has at most 256."
  }
}

# --- Databases -----------------------------------------------------------------

variable "databases" {
  description = "Security groups and ports of databases that pods may reach, keyed by any name."
  type        = map(object({ security_group_id = string, port = number }))
  default     = {}

  validation {
    condition     = alltrue([for database in var.databases : database.port >= 1024 && database.port <= 65535])
    error_message = "The ports of the databases are ${jsonencode([for database in var.databases : database.port])}; use 1024 to 65535."
  }
}

# --- Roles ---------------------------------------------------------------------

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary for the roles created here; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The permissions boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; use the ARN of a policy."
  }
}

# --- Access --------------------------------------------------------------------

variable "administrators" {
  description = "ARNs of roles that may do everything in the cluster, keyed by any name. The role that runs Terraform must be among them."
  type        = map(string)

  validation {
    condition     = length(var.administrators) > 0
    error_message = "No administrator is set, so no one could reach the cluster, not even to install Argo CD."
  }

  validation {
    condition     = alltrue([for arn in values(var.administrators) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "The administrators are ${jsonencode(var.administrators)}; each must be the ARN of a role."
  }
}

variable "viewers" {
  description = "ARNs of roles that may read everything in the cluster, keyed by any name. Roles that plan need it to compare."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for arn in values(var.viewers) : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "The viewers are ${jsonencode(var.viewers)}; each must be the ARN of a role."
  }
}

# --- Logs ----------------------------------------------------------------------

variable "log_retention_days" {
  description = "Days to keep the logs of the control plane and the pods."
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
