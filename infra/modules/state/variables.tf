# --- Bucket --------------------------------------------------------------------

variable "name" {
  description = "Beginning of the name of the bucket, which account and region are added to."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it has to be 3 to 41 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "version_days" {
  description = "Days that replaced versions of a state are kept; the last 20 are kept longer."
  type        = number
  default     = 90

  validation {
    condition     = var.version_days >= 7
    error_message = "Old versions are kept ${var.version_days} days; at least 7 are needed to notice a damaged state."
  }
}
