mock_provider "aws" {}

variables {
  name_prefix                = "t"
  vpc_cidr                   = "10.0.0.0/16"
  availability_zones         = ["us-east-1a", "us-east-1b"]
  nat_gateways               = "single"
  interface_endpoints        = []
  bucket_arns                = ["arn:aws:s3:::pictures", "arn:aws:s3:::artifacts"]
  endpoint_security_group_id = "sg-1"
  log_retention_days         = 30
}

run "wrong" {
  command = plan
  variables {
    vpc_cidr           = "10.0.0.0/28"
    availability_zones = ["us-east-1a"]
    nat_gateways       = "many"
  }
  expect_failures = [var.vpc_cidr, var.availability_zones, var.nat_gateways]
}

run "a_zone_twice" {
  command = plan
  variables {
    availability_zones = ["us-east-1a", "us-east-1a"]
  }
  expect_failures = [var.availability_zones]
}
