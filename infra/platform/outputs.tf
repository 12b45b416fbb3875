# --- Stack ---------------------------------------------------------------------

output "stack" {
  description = "Value of the tag `airside:stack`, and name of the resource group of everything that has it."
  value       = local.stack
}

# --- Network -------------------------------------------------------------------

output "nat_addresses" {
  description = "Public source addresses of the cluster's outgoing connections."
  value       = module.network.nat_addresses
}

# --- Stores --------------------------------------------------------------------

output "database_host" {
  description = "Host and port of PostgreSQL; `null` without it."
  value       = one([for server in module.postgres : "${server.host}:${server.port}"])
}

output "database_secret_arn" {
  description = "ARN of the secret with user and password; `null` without PostgreSQL."
  value       = one(module.postgres[*].secret_arn)
}

output "table_name" {
  description = "Name of the DynamoDB table; `null` without it."
  value       = one(module.dynamodb[*].name)
}

# --- Cluster -------------------------------------------------------------------

output "cluster_name" {
  description = "Name of the cluster."
  value       = module.cluster.name
}

output "kubeconfig_command" {
  description = "Command that writes a separate kubeconfig file for the cluster."
  value       = "aws eks update-kubeconfig --region ${var.region} --name ${local.stack} --kubeconfig ./kubeconfig-${var.environment}"
}

# --- Edge ----------------------------------------------------------------------

output "service_url" {
  description = "Address of the service."
  value       = "https://${var.domain}"
}

output "name_servers" {
  description = "Name servers of the zone. Without parent_zone_id, the owner of the parent zone enters them."
  value       = module.edge.name_servers
}

# --- GitOps --------------------------------------------------------------------

output "argocd_namespace" {
  description = "Namespace of Argo CD."
  value       = module.gitops.namespace
}
