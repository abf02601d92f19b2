mock_provider "aws" {}

variables {
  name_prefix                = "t"
  vpc_cidr                   = "10.0.0.0/16"
  availability_zones         = ["us-east-1a", "us-east-1b"]
  nat_gateways               = "single"
  interface_endpoints        = []
  endpoint_security_group_id = "sg-1"
  log_retention_days         = 30
}

run "no_network" {
  command = plan
  variables {
    vpc_cidr = "10.0.0.0/28"
  }
  expect_failures = [var.vpc_cidr]
}

run "one_zone" {
  command = plan
  variables {
    availability_zones = ["us-east-1a"]
  }
  expect_failures = [var.availability_zones]
}

run "a_zone_twice" {
  command = plan
  variables {
    availability_zones = ["us-east-1a", "us-east-1a"]
  }
  expect_failures = [var.availability_zones]
}

run "unknown_nat" {
  command = plan
  variables {
    nat_gateways = "many"
  }
  expect_failures = [var.nat_gateways]
}
