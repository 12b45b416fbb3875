# --- VPC -----------------------------------------------------------------------

variable "name" {
  description = "Name of the VPC and prefix of all names in it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "cidr" {
  description = "Address range of the VPC, `/16` to `/22`."
  type        = string

  validation {
    condition     = can(regex("^(10|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.", var.cidr)) && try(cidrhost(var.cidr, 0), "") == split("/", var.cidr)[0]
    error_message = "The range is '${var.cidr}'; it must be a private range that starts at its first address, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 22, false)
    error_message = "The range is '${var.cidr}'; AWS accepts at most a /16, and below a /22 the database subnets are too small."
  }
}

# --- Subnets -------------------------------------------------------------------

variable "zone_count" {
  description = "Number of availability zones, 2 or 3."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "There are ${var.zone_count} zones; use 2 or 3."
  }
}

variable "excluded_zone_ids" {
  description = "Zones to leave out: by default those in which AWS places no EKS control plane."
  type        = list(string)
  default     = ["use1-az3", "usw1-az2", "cac1-az3"]

  validation {
    condition     = alltrue([for id in var.excluded_zone_ids : can(regex("^[a-z0-9]+-az[0-9]$", id))])
    error_message = "The excluded zones are ${jsonencode(var.excluded_zone_ids)}; use ids such as use1-az3, which mean the same in every account."
  }
}

variable "tiers" {
  description = "Kinds of subnets: `public`, `private`, `database`. A VPC without `public` has no route to the internet."
  type        = set(string)
  default     = ["public", "private", "database"]

  validation {
    condition     = length(var.tiers) > 0 && length(setsubtract(var.tiers, ["public", "private", "database"])) == 0
    error_message = "The tiers are ${jsonencode(var.tiers)}; use one or more of public, private and database, and no others."
  }
}

# --- Internet ------------------------------------------------------------------

variable "nat" {
  description = "NAT gateways: `one` for all zones, or `per_zone`, so that losing a zone does not cut off the other zones."
  type        = string
  default     = "per_zone"

  validation {
    condition     = contains(["one", "per_zone"], var.nat)
    error_message = "The NAT gateways are '${var.nat}'; use one or per_zone."
  }
}

# --- Endpoints -----------------------------------------------------------------

variable "interface_endpoints" {
  description = "Services reached without the NAT gateway, each at a price per zone and hour. The S3 and DynamoDB endpoints are free and always exist."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.interface_endpoints, ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sts"])) == 0
    error_message = "The endpoints are ${jsonencode(var.interface_endpoints)}; the supported ones are ecr.api, ecr.dkr, logs, secretsmanager and sts."
  }

  validation {
    condition     = length(var.interface_endpoints) == 0 || contains(var.tiers, "private")
    error_message = "Interface endpoints are placed in private subnets, but the tiers are ${jsonencode(var.tiers)}."
  }
}

# --- Flow logs -----------------------------------------------------------------

variable "log_retention_days" {
  description = "Days to keep flow logs."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "The retention is ${var.log_retention_days} days, which CloudWatch does not support; use 30, 90 or 365."
  }
}

variable "log_key_arn" {
  description = "ARN of the KMS key for the log group."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_key_arn))
    error_message = "The key is '${var.log_key_arn}'; use the ARN of a KMS key."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the permissions boundary for the flow log role; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The permissions boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; use the ARN of a policy."
  }
}
