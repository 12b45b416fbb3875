# --- Bucket --------------------------------------------------------------------

variable "name" {
  description = "Name prefix of the bucket; account and region are appended."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "The name is '${var.name}'; it must be 3 to 41 lowercase letters, digits and hyphens, starting with a letter."
  }
}

variable "version_days" {
  description = "Days to keep replaced versions of a state; the last 20 are kept longer."
  type        = number
  default     = 90

  validation {
    condition     = var.version_days >= 7
    error_message = "Old versions are kept ${var.version_days} days; at least 7 are needed to notice a damaged state."
  }
}
