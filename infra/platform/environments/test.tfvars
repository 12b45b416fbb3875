environment = "test"
owner       = "platform@example.org"

vpc_cidr            = "10.24.0.0/16"
nat                 = "one"
public_access_cidrs = ["203.0.113.0/28"]

# Both stores, so every release is tested on each.
stores              = ["postgres", "dynamodb"]
deletion_protection = false
final_snapshot      = false
postgres = {
  instance_class        = "db.t4g.medium"
  multi_az              = false
  storage_gb            = 20
  storage_max_gb        = 100
  backup_retention_days = 1
}
dynamodb = {
  write_units_max       = 4000
  backup_retention_days = 1
}

domain       = "test.airside.example.org"
alarm_emails = ["platform@example.org"]
budget_usd   = 450

log_retention_days = 14
repository_url     = "https://github.com/example/airside"
# Projects and the release process come from this version, everything else from the release's commit.
revision = "v0.1.0"
