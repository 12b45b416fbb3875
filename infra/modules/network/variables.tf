# --- VPC -----------------------------------------------------------------------

variable "name" {
  description = "Name of the VPC and beginning of all names in it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "cidr" {
  description = "Address range of the VPC, `/16` to `/22`."
  type        = string

  validation {
    condition     = can(regex("^(10|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\.", var.cidr)) && try(cidrhost(var.cidr, 0), "") == split("/", var.cidr)[0]
    error_message = "The range is '${var.cidr}'; it has to be a private range that begins at its first address, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 22, false)
    error_message = "The range is '${var.cidr}'; AWS takes at most a /16, and below a /22 the database subnets are too small."
  }
}

# --- Subnets -------------------------------------------------------------------

variable "zone_count" {
  description = "Number of availability zones, 2 or 3."
  type        = number
  default     = 3

  validation {
    condition     = contains([2, 3], var.zone_count)
    error_message = "There are ${var.zone_count} zones; 2 or 3 are possible."
  }
}

variable "excluded_zone_ids" {
  description = "Zones that are left out: by default those in which AWS places no control plane of EKS."
  type        = list(string)
  default     = ["use1-az3", "usw1-az2", "cac1-az3"]

  validation {
    condition     = alltrue([for id in var.excluded_zone_ids : can(regex("^[a-z0-9]+-az[0-9]$", id))])
    error_message = "The zones left out are ${jsonencode(var.excluded_zone_ids)}; give ids such as use1-az3, which mean the same in every account."
  }
}

variable "tiers" {
  description = "Kinds of subnets: `public`, `private`, `database`. A VPC without `public` has no way into the internet."
  type        = set(string)
  default     = ["public", "private", "database"]

  validation {
    condition     = length(var.tiers) > 0 && length(setsubtract(var.tiers, ["public", "private", "database"])) == 0
    error_message = "The tiers are ${jsonencode(var.tiers)}; at least one of public, private and database is needed, and no other exists."
  }
}

# --- Internet ------------------------------------------------------------------

variable "nat" {
  description = "NAT gateways: `one` for all zones, or `per_zone`, so that the loss of a zone takes no other zone's way out."
  type        = string
  default     = "per_zone"

  validation {
    condition     = contains(["one", "per_zone"], var.nat)
    error_message = "The NAT gateways are '${var.nat}'; one or per_zone is possible."
  }
}

# --- Endpoints -----------------------------------------------------------------

variable "interface_endpoints" {
  description = "Services reached without the NAT gateway, each at a price per zone and hour. Those of S3 and DynamoDB cost nothing and are always there."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.interface_endpoints, ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sts"])) == 0
    error_message = "The endpoints are ${jsonencode(var.interface_endpoints)}; possible are ecr.api, ecr.dkr, logs, secretsmanager and sts."
  }

  validation {
    condition     = length(var.interface_endpoints) == 0 || contains(var.tiers, "private")
    error_message = "Interface endpoints are placed in private subnets, but the tiers are ${jsonencode(var.tiers)}."
  }
}

# --- Flow logs -----------------------------------------------------------------

variable "log_retention_days" {
  description = "Days that flow logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "The retention is ${var.log_retention_days} days, which CloudWatch does not offer; take 30, 90 or 365."
  }
}

variable "log_key_arn" {
  description = "ARN of the KMS key of the log group."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_key_arn))
    error_message = "The key is '${var.log_key_arn}'; give the ARN of a key of KMS."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the role of the flow logs; `null` for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "The boundary is '${coalesce(var.permissions_boundary_arn, "none")}'; give the ARN of a policy."
  }
}
