# --- State ---------------------------------------------------------------------

output "state_bucket" {
  description = "Bucket of the states, for `terraform init -backend-config=bucket=…`."
  value       = module.state.bucket
}

# --- Registry ------------------------------------------------------------------

output "repository_urls" {
  description = "URLs of the repositories of images and charts, by name."
  value       = module.registry.urls
}

# --- Pipelines -----------------------------------------------------------------

output "role_arns" {
  description = "ARNs of the roles of pipelines: `<environment>-plan`, `<environment>-apply`, `images`."
  value       = module.pipelines.role_arns
}

output "subjects" {
  description = "Whom each role trusts: repository and environment."
  value       = module.pipelines.subjects
}
