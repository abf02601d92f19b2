locals {
  # zone -> its place in the list; everything is keyed by zone, so that adding one moves none of the others
  zones = { for place, zone in var.availability_zones : zone => place }
}

data "aws_region" "current" {}

data "aws_partition" "current" {}

resource "aws_vpc" "this" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name_prefix }
}

# Adopted and emptied: whatever forgets to name a security group can talk to nobody.
resource "aws_default_security_group" "locked" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name_prefix}-default-locked" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name_prefix }
}
