environment = "uat"
owner       = "platform@example.org"

vpc_cidr            = "10.28.0.0/16"
nat                 = "per_zone"
public_access_cidrs = ["203.0.113.0/28"]

# Like production, with smaller machines.
stores              = ["postgres"]
deletion_protection = true
database_network    = "dedicated"
database_cidr       = "10.31.0.0/22"
postgres = {
  instance_class        = "db.t4g.large"
  multi_az              = true
  storage_gb            = 50
  storage_max_gb        = 200
  backup_retention_days = 7
}

domain       = "uat.airside.example.org"
alarm_emails = ["platform@example.org"]
budget_usd   = 900

log_retention_days = 30
repository_url     = "https://github.com/example/airside"
# Projects and the release process come from this version, everything else from the release's commit.
revision = "v0.1.0"
