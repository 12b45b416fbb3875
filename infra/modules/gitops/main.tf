# --- Argo CD -------------------------------------------------------------------

resource "helm_release" "argocd" {
  name             = "argocd"
  namespace        = "argocd"
  create_namespace = true
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argo-cd"
  version          = var.chart_version
  atomic           = true
  timeout          = 900

  values = [yamlencode({
    global = {
      domain        = var.host
      networkPolicy = { create = true }
    }

    configs = {
      cm = {
        "application.resourceTrackingMethod" = "annotation"
        # A wave waits for an application only if that application's health counts. An application without a health status is not healthy.
        "resource.customizations.health.argoproj.io_Application" = <<-LUA
          local health = { status = "Progressing", message = "not synchronized yet" }
          if obj.status ~= nil and obj.status.health ~= nil and obj.status.health.status ~= nil then
            health.status = obj.status.health.status
            health.message = obj.status.health.message or ""
          end
          return health
        LUA
      }
      # TLS ends at the load balancer.
      params = { "server.insecure" = true }
      # The cluster itself, with every fact that Terraform knows. ApplicationSets select it by labels and read its annotations.
      clusterCredentials = {
        in-cluster = {
          server      = "https://kubernetes.default.svc"
          labels      = var.labels
          annotations = var.facts
          config      = { tlsClientConfig = { insecure = false } }
        }
      }
    }

    dex           = { enabled = false }
    notifications = { enabled = false }

    controller     = { resources = local.resources.large }
    redis          = { resources = local.resources.small }
    applicationSet = { replicas = var.replicas, resources = local.resources.small }
    repoServer     = { replicas = var.replicas, resources = local.resources.medium }
    server         = { replicas = var.replicas, resources = local.resources.small }
  })]
}

locals {
  resources = {
    large  = { requests = { cpu = "250m", memory = "512Mi" }, limits = { memory = "1Gi" } }
    medium = { requests = { cpu = "100m", memory = "256Mi" }, limits = { memory = "512Mi" } }
    small  = { requests = { cpu = "50m", memory = "128Mi" }, limits = { memory = "256Mi" } }
  }
}

# --- Root application ----------------------------------------------------------

# This is a separate release because its kind exists only once Argo CD is installed. When Terraform removes it, Argo CD first
# deletes everything it installed, load balancers and volumes included. Argo CD and the cluster go after that.
resource "helm_release" "root" {
  name      = "root"
  namespace = helm_release.argocd.namespace
  chart     = "${path.module}/root"
  wait      = true
  timeout   = 1800

  values = [yamlencode({
    repository = var.repository_url
    revision   = var.revision
    path       = var.path
  })]

  depends_on = [helm_release.argocd]
}
