# --- Argo CD -------------------------------------------------------------------

variable "chart_version" {
  description = "Version of the Argo CD chart."
  type        = string
  default     = "9.5.21"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "The version is '${var.chart_version}'; use one exact version such as 9.5.21."
  }
}

variable "host" {
  description = "Host name of Argo CD."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.host))
    error_message = "The host of Argo CD is '${var.host}'; use a host name such as argocd.dev.airside.example.org."
  }
}

variable "replicas" {
  description = "Number of replicas of each Argo CD component that can run several."
  type        = number
  default     = 1

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 5
    error_message = "There are ${var.replicas} replicas; use 1 to 5."
  }
}

variable "labels" {
  description = "Labels of the cluster secret. ApplicationSets select clusters by them."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.labels) : can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", value))])
    error_message = "The labels are ${jsonencode(var.labels)}; a value has 1 to 63 letters, digits, dots, hyphens and underscores."
  }
}

variable "facts" {
  description = "Annotations of the cluster secret: what applications need to know about the account. Never a secret."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.facts) : can(regex("^[a-z][a-z0-9_]{0,62}$", name)) && !can(regex("password|token", name))])
    error_message = "The facts are ${jsonencode(keys(var.facts))}; names are lowercase letters, digits and underscores, and none may hold a password or token."
  }
}

# --- Root application ----------------------------------------------------------

variable "repository_url" {
  description = "URL of the Git repository that Argo CD installs from."
  type        = string

  validation {
    condition     = can(regex("^(https://|ssh://|git@)", var.repository_url))
    error_message = "The repository is '${var.repository_url}'; use a URL that begins with https:// or ssh://, or git@."
  }
}

variable "revision" {
  description = "Branch, tag or commit to install."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$", var.revision))
    error_message = "The revision is '${var.revision}'; use a branch, a tag or a commit."
  }
}

variable "path" {
  description = "Folder of the applications in the repository."
  type        = string
  default     = "deploy/argocd"

  validation {
    condition     = can(regex("^[^/.]", var.path))
    error_message = "The folder is '${var.path}'; use a path from the repository root, without a leading slash or dot."
  }
}
