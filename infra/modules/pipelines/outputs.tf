# --- Trust ---------------------------------------------------------------------

output "role_arns" {
  description = "ARNs of the roles: `<environment>-plan`, `<environment>-apply`, `images`."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "subjects" {
  description = "Subject that each role trusts, as it appears in the token."
  value       = { for name, environment in local.roles : name => "repo:${var.repository}:environment:${environment}" }
}

# --- Boundary ------------------------------------------------------------------

output "boundary_arn" {
  description = "ARN of the permissions boundary for every role of an environment."
  value       = aws_iam_policy.boundary.arn
}
