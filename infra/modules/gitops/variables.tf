# --- Argo CD -------------------------------------------------------------------

variable "chart_version" {
  description = "Version of the chart of Argo CD."
  type        = string
  default     = "9.5.21"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+\\.[0-9]+$", var.chart_version))
    error_message = "The version is '${var.chart_version}'; give one exact version such as 9.5.21."
  }
}

variable "host" {
  description = "Host name of Argo CD."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.host))
    error_message = "The host of Argo CD is '${var.host}'; give a host name such as argocd.dev.airside.example.org."
  }
}

variable "replicas" {
  description = "Number of processes of each part of Argo CD that may have several."
  type        = number
  default     = 1

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 5
    error_message = "There are ${var.replicas} replicas; 1 to 5 are possible."
  }
}

variable "labels" {
  description = "Labels of the cluster secret, which ApplicationSets select clusters by."
  type        = map(string)

  validation {
    condition     = alltrue([for value in values(var.labels) : can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$", value))])
    error_message = "The labels are ${jsonencode(var.labels)}; a value has 1 to 63 letters, digits, dots, hyphens and underscores."
  }
}

variable "facts" {
  description = "Annotations of the cluster secret: what applications have to know of the account. Never a secret."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.facts) : can(regex("^[a-z][a-z0-9_]{0,62}$", name)) && !can(regex("password|token", name))])
    error_message = "The facts are ${jsonencode(keys(var.facts))}; names are small letters, digits and underscores, and none may hold a password or token."
  }
}

# --- Root application ----------------------------------------------------------

variable "repository_url" {
  description = "URL of the Git repository that Argo CD installs from."
  type        = string

  validation {
    condition     = can(regex("^(https://|ssh://|git@)", var.repository_url))
    error_message = "The repository is '${var.repository_url}'; give a URL that begins with https:// or ssh://, or git@."
  }
}

variable "revision" {
  description = "Branch, tag or commit that is installed."
  type        = string
  default     = "main"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$", var.revision))
    error_message = "The revision is '${var.revision}'; give a branch, a tag or a commit."
  }
}

variable "path" {
  description = "Folder of the applications in the repository."
  type        = string
  default     = "deploy/argocd"

  validation {
    condition     = can(regex("^[^/.]", var.path))
    error_message = "The folder is '${var.path}'; it is given from the root of the repository, without a slash or a dot in front."
  }
}
