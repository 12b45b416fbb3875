# Mocked strings are random text. Providers check these, so they must look real.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_data "aws_region" {
  defaults = {
    region = "us-east-1"
  }
}

mock_data "aws_availability_zones" {
  defaults = {
    names = ["us-east-1c", "us-east-1a", "us-east-1d", "us-east-1b"]
  }
}

mock_data "aws_lbs" {
  defaults = {
    arns = []
  }
}

# Tests on simulated environments check the policy documents, where they are really rendered.
mock_data "aws_iam_policy_document" {
  defaults = {
    json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/mock"
  }
}

mock_resource "aws_iam_policy" {
  defaults = {
    arn = "arn:aws:iam::123456789012:policy/mock"
  }
}

mock_resource "aws_iam_openid_connect_provider" {
  defaults = {
    arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }
}

mock_resource "aws_kms_replica_key" {
  defaults = {
    arn = "arn:aws:kms:us-west-2:123456789012:key/mrk-00000000000000000000000000000000"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:mock"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    arn = "arn:aws:s3:::mock"
  }
}

mock_resource "aws_ecr_repository" {
  defaults = {
    arn = "arn:aws:ecr:us-east-1:123456789012:repository/mock"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:us-east-1:123456789012:mock"
  }
}

mock_resource "aws_eks_cluster" {
  defaults = {
    arn                   = "arn:aws:eks:us-east-1:123456789012:cluster/mock"
    endpoint              = "https://cluster.example"
    certificate_authority = [{ data = "bW9jaw==" }]
    vpc_config            = { cluster_security_group_id = "sg-00000000000000000" }
  }
}

mock_resource "aws_db_instance" {
  defaults = {
    address            = "database.example"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-mock" }]
  }
}

mock_resource "aws_rds_cluster" {
  defaults = {
    id                 = "mock"
    endpoint           = "cluster.example"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-mock" }]
  }
}

mock_resource "aws_dynamodb_table" {
  defaults = {
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/mock"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    domain_validation_options = [{
      domain_name           = "dev.airside.example.org"
      resource_record_name  = "_mock.dev.airside.example.org"
      resource_record_type  = "CNAME"
      resource_record_value = "_mock.acm-validations.example"
    }]
  }
}

mock_resource "aws_route53_zone" {
  defaults = {
    arn          = "arn:aws:route53:::hostedzone/Z0000000000000000000"
    zone_id      = "Z0000000000000000000"
    name_servers = ["ns-1.example", "ns-2.example", "ns-3.example", "ns-4.example"]
  }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = {
    arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/mock/00000000-0000-0000-0000-000000000000"
  }
}
