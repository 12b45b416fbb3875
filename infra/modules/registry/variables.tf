# --- Repositories --------------------------------------------------------------

variable "name" {
  description = "Beginning of the name of the key."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "repositories" {
  description = "Names of the repositories."
  type        = set(string)

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z0-9]+([._/-][a-z0-9]+)*$", name))])
    error_message = "The repositories are ${jsonencode(var.repositories)}; at least one is needed, of small letters and digits with single . _ / or - between them."
  }
}

variable "versions_max" {
  description = "Images of a repository that are kept."
  type        = number
  default     = 300

  validation {
    condition     = var.versions_max >= 20 && var.versions_max <= 10000
    error_message = "At most ${var.versions_max} images are kept; 20 to 10,000 are possible, so that what is in production is never among the removed."
  }
}
