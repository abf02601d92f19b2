variable "name_prefix" {
  description = "Begins the name of every bucket."
  type        = string
}

variable "access_logs" {
  description = "Whether there is a bucket for access logs: the load balancer's, and those of the other buckets."
  type        = bool
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold something."
  type        = bool
}
