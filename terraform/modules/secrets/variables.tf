variable "name_prefix" {
  description = "Begins the name of every secret."
  type        = string
}

variable "secret_key" {
  description = "Django's SECRET_KEY. Ephemeral: it passes through and is kept in no plan and no state."
  type        = string
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = length(var.secret_key) >= 50
    error_message = "secret_key must have 50 characters at least."
  }
}

variable "secret_key_version" {
  description = "The value is written when this number changes. Raising it signs everybody out."
  type        = number

  validation {
    condition     = var.secret_key_version >= 1 && floor(var.secret_key_version) == var.secret_key_version
    error_message = "secret_key_version must be a whole number from 1."
  }
}
