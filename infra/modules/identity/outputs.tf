# --- Roles ---------------------------------------------------------------------

output "role_arns" {
  description = "ARNs of the roles: service, migration, external-secrets, logs, dns."
  value       = { for pod, role in aws_iam_role.pod : pod => role.arn }
}

output "service_accounts" {
  description = "Namespace and name of the service account of each role."
  value       = local.pods
}

output "association_ids" {
  description = "Ids of the associations that bind each service account to its role, for what must not start before them."
  value       = { for pod, association in aws_eks_pod_identity_association.pod : pod => association.association_id }
}

# --- Rights --------------------------------------------------------------------

output "policies" {
  description = "Policy documents, by pod; pods without rights are left out."
  value       = { for pod, policy in data.aws_iam_policy_document.pod : pod => policy.json }
  depends_on  = [aws_eks_pod_identity_association.pod, aws_iam_role_policy.pod]
}
