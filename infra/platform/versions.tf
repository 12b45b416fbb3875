# A test checks that all other files use these versions.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.47"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
  }

  # environments/<environment>.s3.tfbackend names the key in the bucket, the command line names the bucket.
  backend "s3" {}
}
