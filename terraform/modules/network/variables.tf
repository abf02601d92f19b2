variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "vpc_cidr" {
  description = "Addresses of the VPC. A public and a private subnet get a sixteenth of them each, a database subnet a quarter of that."
  type        = string

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && can(regex("/(1[6-9]|2[0-2])$", var.vpc_cidr))
    error_message = "vpc_cidr must be an IPv4 network of size /16 to /22, such as 10.0.0.0/16."
  }
}

variable "availability_zones" {
  description = "Zones with a public, a private and a database subnet each. Add new ones at the end: the place decides the addresses."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 6
    error_message = "availability_zones needs two to six zones that offer the instance type: the load balancer and the database want two at least."
  }

  validation {
    condition     = length(distinct(var.availability_zones)) == length(var.availability_zones)
    error_message = "availability_zones names a zone twice."
  }
}

variable "nat_gateways" {
  description = "The way out of the private subnets: \"single\" NAT gateway, one \"per_zone\", or \"none\"."
  type        = string

  validation {
    condition     = contains(["none", "single", "per_zone"], var.nat_gateways)
    error_message = "nat_gateways must be none, single or per_zone."
  }
}

variable "interface_endpoints" {
  description = "AWS services that are reached without NAT, as in their endpoint's name (secretsmanager, logs, sns, …)."
  type        = set(string)
}

variable "bucket_arns" {
  description = "Buckets that instances and functions reach; the endpoint of S3 leads to no other, but for Amazon Linux's packages."
  type        = list(string)
}

variable "endpoint_security_group_id" {
  description = "Security group of the interface endpoints."
  type        = string
}

variable "log_retention_days" {
  description = "Days that the flow log is kept."
  type        = number
}
