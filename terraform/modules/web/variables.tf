variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the instances."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the instances."
  type        = string
}

variable "target_group_arn" {
  description = "The load balancer's group that the instances join."
  type        = string
}

variable "instance_type" {
  description = "EC2 instance type, x86_64."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9-]+\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("^(a1|[a-z]+[0-9]+g[a-z]*)\\.", var.instance_type))
    error_message = "instance_type must be an x86_64 type such as t3.micro or m7i.large; the packages are not built for Arm."
  }
}

variable "ami_id" {
  description = "The image of the instances. \"\": the Amazon Linux 2023 that was the newest when ami_version was last raised."
  type        = string

  validation {
    condition     = var.ami_id == "" || can(regex("^ami-[0-9a-f]{8,17}$", var.ami_id))
    error_message = "ami_id must look like ami-0123456789abcdef0."
  }
}

variable "ami_version" {
  description = "The newest Amazon Linux 2023 is looked up when this number changes."
  type        = number
}

variable "key_name" {
  description = "EC2 key pair for SSH by way of the bastion, \"\" for none."
  type        = string
}

variable "capacity" {
  description = "How many instances: min, desired (at the start) and max."
  type        = object({ min = number, desired = number, max = number })

  validation {
    condition     = var.capacity.min >= 1 && var.capacity.min <= var.capacity.desired && var.capacity.desired <= var.capacity.max
    error_message = "capacity must have 1 <= min <= desired <= max."
  }
}

variable "user_data" {
  description = "The script that an instance runs when it starts."
  type        = string

  validation {
    condition     = length(var.user_data) <= 16384
    error_message = "The user data is longer than the 16 KB that EC2 takes."
  }
}

variable "app_object_arn" {
  description = "app.zip in the artifacts bucket."
  type        = string
}

variable "bucket_arn" {
  description = "The bucket of the pictures."
  type        = string
}

variable "prefixes" {
  description = "Prefixes whose objects the site gets and deletes."
  type        = list(string)
}

variable "uploads_prefix" {
  description = "The one under which it puts what people upload."
  type        = string
}

variable "queue_arns" {
  description = "Queues that the site sends work to."
  type        = list(string)
}

variable "function_arns" {
  description = "Functions whose alias an instance moves to the version of its release."
  type        = list(string)
}

variable "secret_arns" {
  description = "Secrets whose value the site gets."
  type        = list(string)
}

variable "dead_letter_arns" {
  description = "Queues that `manage.py redrive` empties."
  type        = list(string)
}

variable "secret_key_version" {
  description = "Version of Django's SECRET_KEY; a new one replaces the instances."
  type        = number
}

variable "database_users_version" {
  description = "Version of the password of the functions' database user; a new one replaces the instances, which set it."
  type        = number
}

variable "metrics_namespace" {
  description = "The namespace in CloudWatch of what an instance measures of itself."
  type        = string
}

variable "log_group_name" {
  description = "Where the instances log."
  type        = string
}

variable "log_retention_days" {
  description = "Days that the log is kept."
  type        = number
}
