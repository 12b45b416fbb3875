mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name = "airside"
}

run "a_bucket_for_states" {
  command = plan

  assert {
    condition     = aws_s3_bucket.this.bucket == "airside-state-123456789012-us-east-1"
    error_message = "Account and region make the name globally unique."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "A damaged state can be restored."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "All four public access blocks of the bucket are on."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "States are encrypted with our own key."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.bucket.statement : statement.effect == "Deny"])
    error_message = "The bucket policy only denies."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "A"
  }

  expect_failures = [var.name]
}

run "a_day_of_old_versions_is_refused" {
  command = plan

  variables {
    version_days = 1
  }

  expect_failures = [var.version_days]
}

