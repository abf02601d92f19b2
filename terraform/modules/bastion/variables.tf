variable "name_prefix" {
  description = "Begins the name of every resource."
  type        = string
}

variable "subnet_id" {
  description = "A public subnet."
  type        = string
}

variable "security_group_id" {
  description = "Security group of the bastion."
  type        = string
}

variable "ami_id" {
  description = "The image of the bastion."
  type        = string
}

variable "key_name" {
  description = "EC2 key pair for SSH, \"\" for EC2 Instance Connect alone."
  type        = string
}
