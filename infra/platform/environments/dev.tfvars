environment = "dev"
owner       = "platform@example.org"

vpc_cidr            = "10.20.0.0/16"
nat                 = "one"
public_access_cidrs = ["203.0.113.0/28"]

stores              = ["postgres"]
deletion_protection = false
final_snapshot      = false
postgres = {
  instance_class        = "db.t4g.medium"
  multi_az              = false
  storage_gb            = 20
  storage_max_gb        = 100
  backup_retention_days = 1
}

domain       = "dev.airside.example.org"
alarm_emails = ["platform@example.org"]
budget_usd   = 450

log_retention_days = 14
repository_url     = "https://github.com/example/airside"
