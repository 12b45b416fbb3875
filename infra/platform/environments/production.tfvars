environment = "production"
owner       = "platform@example.org"

vpc_cidr            = "10.32.0.0/16"
nat                 = "per_zone"
interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sts"]
public_access_cidrs = ["203.0.113.0/28"]

stores              = ["postgres"]
deletion_protection = true
database_network    = "dedicated"
database_cidr       = "10.35.0.0/22"
postgres = {
  instance_class        = "db.m7g.large"
  multi_az              = true
  storage_gb            = 200
  storage_max_gb        = 1000
  backup_retention_days = 35
  connections_alarm     = 600
}

domain          = "airside.example.org"
alarm_emails    = ["platform@example.org"]
budget_usd      = 2000
argocd_replicas = 2

log_retention_days = 365
repository_url     = "https://github.com/example/airside"
# Projects and the release process come from this version, everything else from the release's commit.
revision = "v0.1.0"
