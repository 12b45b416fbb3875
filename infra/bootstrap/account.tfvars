# Replace example.org and example once, before the first run.
region     = "us-east-1"
owner      = "platform@example.org"
repository = "example/airside"

environments = {
  dev        = { domain = "dev.airside.example.org" }
  test       = { domain = "test.airside.example.org" }
  uat        = { domain = "uat.airside.example.org" }
  production = { domain = "airside.example.org" }
}

budget_usd    = 4000
budget_emails = ["platform@example.org"]
