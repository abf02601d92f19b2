variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "name" {
  description = "Which processor: its handler is processors.NAME.handler."
  type        = string

  validation {
    condition     = contains(["thumbnail", "annotation"], var.name)
    error_message = "name must be thumbnail or annotation, the processors that there are."
  }
}

variable "package" {
  description = "The function's zip in the artifacts bucket: bucket, key, version and its base64 sha256."
  type        = object({ bucket = string, key = string, version = string, hash = string })
}

variable "memory_mb" {
  description = "Memory of the function; it decides how large a picture may be, see docs/cost.md."
  type        = number

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb must be a whole number from 128 to 10240."
  }
}

variable "maximum_concurrency" {
  description = "How many run at the same time at most; what comes meanwhile waits in the queue."
  type        = number

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 1000 && floor(var.maximum_concurrency) == var.maximum_concurrency
    error_message = "maximum_concurrency must be a whole number from 2 to 1000, the limits of SQS event sources."
  }
}

variable "environment" {
  description = "Environment variables of the function. No secrets, only their ARNs."
  type        = map(string)
}

variable "subnet_ids" {
  description = "Private subnets of the function."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the function."
  type        = string
}

variable "topic_arn" {
  description = "The topic that announces uploads."
  type        = string
}

variable "bucket_arn" {
  description = "The bucket of the pictures."
  type        = string
}

variable "reads" {
  description = "Prefixes whose objects the function may get."
  type        = list(string)
}

variable "writes" {
  description = "Prefixes under which the function may put objects."
  type        = list(string)
}

variable "secret_arns" {
  description = "Secrets whose value the function may get."
  type        = list(string)
}

variable "log_retention_days" {
  description = "Days that the function's log is kept."
  type        = number
}
