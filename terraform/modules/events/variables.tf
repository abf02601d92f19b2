variable "name_prefix" {
  description = "Begins the topic's name."
  type        = string
}

variable "bucket" {
  description = "The bucket whose uploads are announced: name and arn."
  type        = object({ name = string, arn = string })
}

variable "uploads_prefix" {
  description = "Only objects whose key begins with this are announced."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+/$", var.uploads_prefix))
    error_message = "uploads_prefix must be a folder such as uploads/. Without one, thumbnails would be announced too, for ever."
  }
}
