provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Application = "image-annotations", Stack = var.name_prefix }, var.tags)
  }
}
