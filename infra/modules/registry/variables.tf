# --- Repositories --------------------------------------------------------------

variable "name" {
  description = "Name prefix of the key."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "repositories" {
  description = "Names of the repositories."
  type        = set(string)

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))])
    error_message = "The repositories are ${jsonencode(var.repositories)}; at least one is required, of lowercase letters and digits with single . _ / or - between them."
  }
}

variable "versions_max" {
  description = "Number of images to keep in a repository."
  type        = number
  default     = 300

  validation {
    condition     = var.versions_max >= 20 && var.versions_max <= 10000
    error_message = "At most ${var.versions_max} images are kept; use 20 to 10,000, so that images in production are never removed."
  }
}
