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
  description = "Processor -> name of its function."
  type        = map(string)
}

variable "dead_letter_queues" {
  description = "Processor -> name of its queue of failed events."
  type        = map(string)
}

variable "database" {
  description = "The database: its identifier and how many connections it takes."
  type        = object({ identifier = string, max_connections = number })
}
