variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "vpc_id" {
  description = "The VPC of the groups."
  type        = string
}

variable "https" {
  description = "Whether the load balancer has a certificate: only then its port 443 is open."
  type        = bool
}

variable "admin_cidrs" {
  description = "Networks that may reach the bastion by SSH."
  type        = set(string)

  validation {
    condition     = alltrue([for cidr in var.admin_cidrs : can(cidrhost(cidr, 0)) && !strcontains(cidr, ":")])
    error_message = "admin_cidrs must be IPv4 networks such as 203.0.113.7/32."
  }

  validation {
    condition     = alltrue([for cidr in var.admin_cidrs : try(tonumber(split("/", cidr)[1]) >= 16, false)])
    error_message = "admin_cidrs may hold no network larger than /16, least of all 0.0.0.0/0: name the addresses of your administrators."
  }
}
