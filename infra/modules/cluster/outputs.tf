# --- Cluster -------------------------------------------------------------------

output "name" {
  description = "Name of the cluster, available once the access entries work."
  value       = aws_eks_cluster.this.name
  depends_on  = [aws_eks_access_policy_association.this, aws_eks_addon.metrics_server, aws_iam_role_policy_attachment.node]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the Kubernetes API, available once the access entries work."
  value       = aws_eks_cluster.this.endpoint
  depends_on = [
    aws_eks_access_policy_association.this, aws_eks_addon.metrics_server, aws_iam_role_policy_attachment.node,
    aws_vpc_security_group_ingress_rule.database,
  ]
}

output "certificate_authority" {
  description = "Certificate of the Kubernetes API, base64-encoded."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "security_group_id" {
  description = "Id of the security group of nodes and pods, available once it has its tags: they decide who may change it."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  depends_on  = [aws_ec2_tag.security_group]
}

# --- Roles ---------------------------------------------------------------------

output "node_role_name" {
  description = "Name of the node role, for custom node classes."
  value       = aws_iam_role.node.name
}

# --- Logs ----------------------------------------------------------------------

output "pod_log_group" {
  description = "Name of the log group for pod logs."
  value       = aws_cloudwatch_log_group.pods.name
}

output "pod_log_group_arn" {
  description = "ARN of the log group for pod logs."
  value       = aws_cloudwatch_log_group.pods.arn
}
