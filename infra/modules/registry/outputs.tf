# --- Repositories --------------------------------------------------------------

output "urls" {
  description = "URLs of the repositories, by name."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "arns" {
  description = "ARNs of the repositories, by name."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.arn }
}

output "key_arn" {
  description = "ARN of the repositories' key."
  value       = module.key.arn
}
