# --- Names ---------------------------------------------------------------------

variable "name" {
  description = "Name of the environment's stack and prefix of all names."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "domain" {
  description = "Name of the environment's zone and host of the service; other hosts are below it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain)) && length(var.domain) <= 62
    error_message = "The domain is '${var.domain}'; use a host name of at most 62 characters such as dev.airside.example.org."
  }
}

variable "parent_zone_id" {
  description = "Id of the parent Route 53 zone, which then delegates to this one. `null`: the parent zone is elsewhere, and its owner enters the name servers."
  type        = string
  default     = null

  validation {
    condition     = var.parent_zone_id == null || can(regex("^Z[A-Z0-9]+$", var.parent_zone_id))
    error_message = "The parent zone is '${coalesce(var.parent_zone_id, "none")}'; use the id of a Route 53 zone, such as Z0123456789ABCDEF."
  }
}

variable "cluster_name" {
  description = "Name of the cluster whose hosts are written into the zone."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", var.cluster_name))
    error_message = "The cluster is '${var.cluster_name}'; use its name of at most 100 letters, digits, hyphens and underscores."
  }
}

variable "dns_identity" {
  description = "What binds external-dns to its role. It must exist before external-dns starts."
  type        = any
  default     = []
}

# --- Load balancer -------------------------------------------------------------

variable "vpc_id" {
  description = "Id of the load balancer's VPC."
  type        = string

  validation {
    condition     = can(regex("^vpc-[a-z0-9]+$", var.vpc_id))
    error_message = "The VPC is '${var.vpc_id}'; use its id, such as vpc-0123456789abcdef0."
  }
}

variable "cluster_security_group_id" {
  description = "Id of the pods' security group."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+$", var.cluster_security_group_id))
    error_message = "The pods' security group is '${var.cluster_security_group_id}'; use its id, such as sg-0123456789abcdef0."
  }
}

variable "allowed_cidrs" {
  description = "Client address ranges; everyone by default."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrnetmask(cidr))])
    error_message = "The client ranges are ${jsonencode(var.allowed_cidrs)}; at least one IPv4 range is required."
  }
}

variable "target_ports" {
  description = "Pod ports behind the load balancer: the service and Argo CD (8080), Grafana (3000)."
  type        = set(number)
  default     = [3000, 8080]

  validation {
    condition     = length(var.target_ports) > 0 && alltrue([for port in var.target_ports : port >= 1024 && port <= 65535])
    error_message = "The pod ports are ${jsonencode(var.target_ports)}; at least one port from 1024 to 65535 is required."
  }
}

# --- Firewall ------------------------------------------------------------------

variable "rate_limit_per_minute" {
  description = "Requests per minute from one address above which requests get 429. A reservation platform uses few addresses."
  type        = number
  default     = 60000

  validation {
    condition     = var.rate_limit_per_minute >= 10 && var.rate_limit_per_minute <= 2000000000
    error_message = "The limit is ${var.rate_limit_per_minute} requests a minute; the firewall accepts 10 to 2,000,000,000."
  }
}

variable "log_retention_days" {
  description = "Days to keep the logs of blocked requests."
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
