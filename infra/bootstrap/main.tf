provider "aws" {
  region = var.region

  default_tags {
    tags = {
      environment     = "shared"
      owner           = var.owner
      "airside:stack" = local.stack
    }
  }
}

locals {
  stack        = "airside-bootstrap"
  repositories = ["airside", "charts/airside"]
}

# --- State ---------------------------------------------------------------------

module "state" {
  source = "../modules/state"

  name = "airside"
}

# --- Registry ------------------------------------------------------------------

module "registry" {
  source = "../modules/registry"

  name         = "airside"
  repositories = local.repositories
}

# --- Pipelines -----------------------------------------------------------------

module "pipelines" {
  source = "../modules/pipelines"

  repository       = var.repository
  environments     = var.environments
  state_bucket_arn = module.state.bucket_arn
  state_key_arn    = module.state.key_arn
  repository_arns  = module.registry.arns
}

# --- Budget --------------------------------------------------------------------

resource "aws_budgets_budget" "account" {
  name         = "airside-account"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      comparison_operator        = "GREATER_THAN"
      notification_type          = notification.key
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.budget_emails
    }
  }
}
