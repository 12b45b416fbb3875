# Reads the settings of an environment for the tests, so that what is tested is what is applied.

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
  # What a file may leave out.
  optional = [
    "argocd_replicas", "database_cidr", "database_network", "dynamodb", "final_snapshot", "interface_endpoints", "log_retention_days", "nat",
    "public_access_cidrs",
  ]
}

output "of" {
  description = "Its settings, as its file gives them; `null` for what it leaves out."
  value = merge(
    { for name in local.optional : name => null },
    provider::terraform::decode_tfvars(file("${path.module}/../../environments/${var.environment}.tfvars")),
  )
}
