# Reads an environment's settings for the tests, so they test what is applied.

terraform {
  required_providers {
    terraform = {
      source = "terraform.io/builtin/terraform"
    }
  }
}

variable "environment" {
  description = "Name of the environment."
  type        = string
}

locals {
  # Settings that a file may leave out.
  optional = [
    "argocd_replicas", "database_cidr", "database_network", "dynamodb", "final_snapshot", "interface_endpoints", "log_retention_days", "nat",
    "public_access_cidrs",
  ]
}

output "of" {
  description = "Settings from the environment's file; `null` for those it leaves out."
  value = merge(
    { for name in local.optional : name => null },
    provider::terraform::decode_tfvars(file("${path.module}/../../environments/${var.environment}.tfvars")),
  )
}
