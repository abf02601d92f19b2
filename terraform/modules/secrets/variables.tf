variable "name_prefix" {
  description = "Begins the name of every secret."
  type        = string
}

variable "model_key" {
  description = "Whose key it is that a person puts in: gemini or caption (of the server that caption_url names); \"\": no secret for it."
  type        = string

  validation {
    condition     = contains(["gemini", "caption", ""], var.model_key)
    error_message = "model_key must be gemini, caption or \"\"."
  }
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

variable "functions_password" {
  description = "Password of the functions' user of the database. Ephemeral, as secret_key is."
  type        = string
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = length(var.functions_password) >= 20
    error_message = "functions_password must have 20 characters at least."
  }
}

variable "database_users_version" {
  description = "The password is written when this number changes; instances that start afterwards give it to the database."
  type        = number

  validation {
    condition     = var.database_users_version >= 1 && floor(var.database_users_version) == var.database_users_version
    error_message = "database_users_version must be a whole number from 1."
  }
}
