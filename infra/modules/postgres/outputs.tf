# --- Network -------------------------------------------------------------------

output "security_group_id" {
  description = "Id of the server's security group, which the cluster opens for its pods."
  value       = aws_security_group.this.id
}

output "vpc_id" {
  description = "Id of the server's VPC."
  value       = local.vpc_id
}

# --- Server --------------------------------------------------------------------

output "host" {
  description = "Host of the server."
  value       = one(concat(aws_db_instance.this[*].address, aws_rds_cluster.this[*].endpoint))
  depends_on  = [aws_rds_cluster_instance.this, aws_secretsmanager_secret_rotation.this]
}

output "port" {
  description = "Port of the server."
  value       = local.port
}

output "database" {
  description = "Name of the database."
  value       = "airside"
}

output "user" {
  description = "User that owns the database."
  value       = "airside"
}

output "instance_ids" {
  description = "Identifiers of the instances, as CloudWatch names them."
  value       = concat(aws_db_instance.this[*].identifier, aws_rds_cluster_instance.this[*].identifier)
}

# --- Password ------------------------------------------------------------------

output "secret_arn" {
  description = "ARN of the secret with user and password."
  value       = local.secret_arn
}

output "key_arn" {
  description = "ARN of the key that encrypts the secret."
  value       = module.key.arn
}
