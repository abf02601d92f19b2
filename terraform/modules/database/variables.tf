variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "subnet_ids" {
  description = "The database's own subnets, in two zones at least."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the database."
  type        = string
}

variable "instance_class" {
  description = "RDS instance class."
  type        = string

  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "instance_class must be an RDS class such as db.t3.micro."
  }
}

variable "multi_az" {
  description = "Whether a standby in another zone takes over when the database's zone fails."
  type        = bool
}

variable "max_connections" {
  description = "Connections that the server takes: one for each thread of the site, each worker and each running function."
  type        = number
}

variable "apply_immediately" {
  description = "Whether changes happen at once, with a restart where they need one; else in the maintenance window, on Sunday."
  type        = bool
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database."
  type        = bool
}

variable "final_snapshot" {
  description = "Whether a last snapshot is taken when the database is deleted."
  type        = bool
}

variable "log_retention_days" {
  description = "Days that the error and slow query logs are kept."
  type        = number
}
