# The versions of all other files are held to these by a test.
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

  # environments/<environment>.s3.tfbackend says where in the bucket, the command line says which bucket.
  backend "s3" {}
}
