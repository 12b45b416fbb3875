mock_provider "helm" {}

variables {
  host           = "argocd.dev.airside.example.org"
  repository_url = "https://github.com/example/airside"
  labels         = { environment = "dev", store = "postgres" }
  facts          = { service_host = "dev.airside.example.org", database_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x" }
}

run "argo_cd" {
  command = plan

  assert {
    condition     = helm_release.argocd.chart == "argo-cd" && helm_release.argocd.version == "9.5.21" && helm_release.argocd.create_namespace
    error_message = "One exact version of Argo CD is installed."
  }

  assert {
    condition     = yamldecode(helm_release.argocd.values[0]).configs.clusterCredentials.in-cluster.annotations.service_host == "dev.airside.example.org"
    error_message = "The cluster secret carries the facts."
  }

  assert {
    condition     = yamldecode(helm_release.argocd.values[0]).configs.clusterCredentials.in-cluster.labels.store == "postgres"
    error_message = "The cluster secret carries the labels."
  }

  assert {
    condition     = yamldecode(helm_release.argocd.values[0]).server.replicas == 1 && yamldecode(helm_release.argocd.values[0]).configs.clusterCredentials.in-cluster.config.tlsClientConfig.insecure == false
    error_message = "Argo CD verifies the cluster's TLS certificate."
  }

  assert {
    condition     = strcontains(yamldecode(helm_release.argocd.values[0]).configs.cm["resource.customizations.health.argoproj.io_Application"], "obj.status.health.status")
    error_message = "The health of applications counts; otherwise no wave waits for the one before."
  }

}

run "root_application" {
  command = plan

  variables {
    revision = "v1.2.3"
    replicas = 2
  }

  assert {
    condition     = yamldecode(helm_release.root.values[0]).path == "deploy/argocd" && yamldecode(helm_release.root.values[0]).revision == "v1.2.3"
    error_message = "The root application installs the applications folder at the revision."
  }

  assert {
    condition     = helm_release.root.namespace == helm_release.argocd.namespace && helm_release.root.wait
    error_message = "The root application is in Argo CD's namespace, and Terraform waits for its deletion."
  }

  assert {
    condition     = yamldecode(helm_release.argocd.values[0]).repoServer.replicas == 2
    error_message = "The replica count reaches the chart."
  }

}

run "a_range_of_versions_is_refused" {
  command = plan

  variables {
    chart_version = "~> 9.5"
  }

  expect_failures = [var.chart_version]
}

run "no_replica_is_refused" {
  command = plan

  variables {
    replicas = 0
  }

  expect_failures = [var.replicas]
}

run "a_label_with_spaces_is_refused" {
  command = plan

  variables {
    labels = { environment = "my dev" }
  }

  expect_failures = [var.labels]
}

run "a_password_among_the_facts_is_refused" {
  command = plan

  variables {
    facts = { database_password = "x" }
  }

  expect_failures = [var.facts]
}

run "a_path_as_a_repository_is_refused" {
  command = plan

  variables {
    repository_url = "../airside"
  }

  expect_failures = [var.repository_url]
}

run "a_folder_with_a_slash_in_front_is_refused" {
  command = plan

  variables {
    path = "/deploy"
  }

  expect_failures = [var.path]
}

run "what_is_no_such_thing_or_names_all_of_them_is_refused" {
  command = plan

  variables {
    host     = "https://argocd.example.org"
    revision = "--upload-pack=x"
  }

  expect_failures = [var.host, var.revision]
}
