# --- Documents -----------------------------------------------------------------

output "policies" {
  description = "Policy documents of what a role may change, by concern: network, cluster, databases, identity, edge, watch."
  value       = { for concern, document in data.aws_iam_policy_document.this : concern => document.minified_json }
}
