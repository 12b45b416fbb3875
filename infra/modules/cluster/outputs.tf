# --- Cluster -------------------------------------------------------------------

output "name" {
  description = "Name of the cluster, once those with access can use it."
  value       = aws_eks_cluster.this.name
  depends_on  = [aws_eks_access_policy_association.this, aws_eks_addon.metrics_server, aws_iam_role_policy_attachment.node]
}

output "arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Address of the Kubernetes API, once those with access can use it."
  value       = aws_eks_cluster.this.endpoint
  depends_on = [
    aws_eks_access_policy_association.this, aws_eks_addon.metrics_server, aws_iam_role_policy_attachment.node,
    aws_vpc_security_group_ingress_rule.database,
  ]
}

output "certificate_authority" {
  description = "Certificate of the Kubernetes API, in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "security_group_id" {
  description = "Id of the security group of nodes and pods, once it has its tags: who may change it is decided by them."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  depends_on  = [aws_ec2_tag.security_group]
}

# --- Roles ---------------------------------------------------------------------

output "node_role_name" {
  description = "Name of the role of nodes, which node classes of one's own name."
  value       = aws_iam_role.node.name
}

# --- Logs ----------------------------------------------------------------------

output "pod_log_group" {
  description = "Name of the log group for what pods write."
  value       = aws_cloudwatch_log_group.pods.name
}

output "pod_log_group_arn" {
  description = "ARN of the log group for what pods write."
  value       = aws_cloudwatch_log_group.pods.arn
}
