variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "email" {
  description = "Who is told of alarms, \"\" for nobody. AWS sends a mail with a link to confirm first."
  type        = string

  validation {
    condition     = var.email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.email))
    error_message = "email must be one e-mail address."
  }
}

variable "load_balancer" {
  description = "How CloudWatch calls load balancer and target group."
  type        = object({ load_balancer = string, target_group = string })
}

variable "auto_scaling_group" {
  description = "The group of the web instances."
  type        = string
}

variable "functions" {
  description = "Processor -> name and log group of its function."
  type        = map(object({ name = string, log_group = string }))
}

variable "queues" {
  description = "Processor -> name of the queue where its uploads wait."
  type        = map(string)
}

variable "dead_letter_queues" {
  description = "Processor -> name of its queue of failed events."
  type        = map(string)
}

variable "database" {
  description = "The database: its identifier, its class and how many connections it takes."
  type        = object({ identifier = string, class = string, max_connections = number })
}

variable "topic_name" {
  description = "The topic that announces uploads."
  type        = string
}

variable "nat_gateways" {
  description = "Zone -> id of its NAT gateway."
  type        = map(string)
}

variable "web_log_group" {
  description = "Where the instances log."
  type        = string
}

variable "metrics_namespace" {
  description = "Where the instances' agent puts mem_used_percent and disk_used_percent, and what is counted in logs goes."
  type        = string
}

variable "caption_budget" {
  description = "Whether captions have a budget that may be used up."
  type        = bool
}

variable "monthly_budget_usd" {
  description = "Costs of the account in a month that somebody is told of; 0: no budget."
  type        = number

  validation {
    condition     = var.monthly_budget_usd == 0 || (var.monthly_budget_usd >= 1 && var.email != "")
    error_message = "monthly_budget_usd must be 0, or at least 1 with an email that is told."
  }
}
