# --- Bucket --------------------------------------------------------------------

output "bucket" {
  description = "Name of the bucket, available once it is encrypted and closed to the public."
  value       = aws_s3_bucket.this.bucket
  depends_on = [
    aws_s3_bucket_ownership_controls.this, aws_s3_bucket_policy.this, aws_s3_bucket_public_access_block.this,
    aws_s3_bucket_server_side_encryption_configuration.this, aws_s3_bucket_versioning.this,
  ]
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

# --- Encryption ----------------------------------------------------------------

output "key_arn" {
  description = "ARN of the bucket's key."
  value       = module.key.arn
}
