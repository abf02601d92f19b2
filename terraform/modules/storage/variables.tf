variable "name_prefix" {
  description = "Begins the name of every bucket."
  type        = string
}

variable "access_logs" {
  description = "Whether there is a bucket for the load balancer's access logs."
  type        = bool
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold something."
  type        = bool
}
