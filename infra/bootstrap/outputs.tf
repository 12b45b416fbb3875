# --- State ---------------------------------------------------------------------

output "state_bucket" {
  description = "State bucket, for `terraform init -backend-config=bucket=…`."
  value       = module.state.bucket
}

# --- Registry ------------------------------------------------------------------

output "repository_urls" {
  description = "URLs of the image and chart repositories, by name."
  value       = module.registry.urls
}

# --- Pipelines -----------------------------------------------------------------

output "role_arns" {
  description = "ARNs of the pipeline roles: `<environment>-plan`, `<environment>-apply`, `images`."
  value       = module.pipelines.role_arns
}

output "subjects" {
  description = "Repository and environment that each role trusts."
  value       = module.pipelines.subjects
}
