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

variable "model_server" {
  description = "A server in the VPC that the functions ask for captions: its address and port; null: there is none."
  type        = object({ address = string, port = number })

  validation {
    condition     = var.model_server == null || (can(cidrhost("${var.model_server.address}/32", 0)) && try(var.model_server.port >= 1 && var.model_server.port <= 65535, false))
    error_message = "model_server must be an IPv4 address and a port from 1 to 65535."
  }
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
