variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "vpc_id" {
  description = "The VPC of the targets."
  type        = string
}

variable "subnet_ids" {
  description = "Public subnets in two zones at least."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the load balancer."
  type        = string
}

variable "certificate_arn" {
  description = "A certificate in ACM; with it the site is served by HTTPS and HTTP redirects there. \"\": HTTP alone."
  type        = string

  validation {
    condition     = var.certificate_arn == "" || can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of a certificate in ACM, in the region of the load balancer."
  }
}

variable "access_log_bucket" {
  description = "Bucket for access logs, \"\" for none."
  type        = string
}

variable "waf_rate_limit" {
  description = "Requests that one address may send in five minutes before it is blocked; 0: no such rule."
  type        = number

  validation {
    condition     = var.waf_rate_limit == 0 || (var.waf_rate_limit >= 10 && var.waf_rate_limit <= 2000000000)
    error_message = "waf_rate_limit must be 0 (no such rule) or from 10 to 2000000000, the limits of AWS."
  }
}

variable "waf_managed_rules" {
  description = "Whether AWS's managed rules stand in front, see firewall.tf. Without them and a rate limit there is no firewall."
  type        = bool
}

variable "log_retention_days" {
  description = "Days that the firewall's log is kept."
  type        = number
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the load balancer."
  type        = bool
}
