mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:flow" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/flow" }
  }
}

variables {
  name_prefix                = "t"
  vpc_cidr                   = "10.0.0.0/16"
  availability_zones         = ["us-east-1a", "us-east-1b"]
  nat_gateways               = "single"
  interface_endpoints        = []
  endpoint_security_group_id = "sg-1"
  log_retention_days         = 30
}

run "it_works" {
  assert {
    condition     = length(output.public_subnet_ids) == 2 && length(output.private_subnet_ids) == 2
    error_message = "A public and a private subnet for each zone."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && aws_nat_gateway.this["us-east-1a"].subnet_id == aws_subnet.public["us-east-1a"].id
    error_message = "One NAT gateway, in a public subnet."
  }
  assert {
    condition     = length(aws_default_security_group.locked.ingress) == 0 && length(aws_default_security_group.locked.egress) == 0
    error_message = "The default security group must have no rule."
  }
}

run "private_stays_private" {
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.private), values(aws_subnet.public)) : !subnet.map_public_ip_on_launch])
    error_message = "Nothing gets a public address unasked."
  }
  assert {
    condition     = alltrue([for route in aws_route.nat : route.gateway_id == null && route.nat_gateway_id == aws_nat_gateway.this["us-east-1a"].id])
    error_message = "Private subnets go out by NAT, never by the internet gateway."
  }
  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.public.id
    error_message = "Only the public table has a route to the internet gateway."
  }
  assert {
    condition     = toset(aws_vpc_endpoint.s3.route_table_ids) == toset([for table in aws_route_table.private : table.id])
    error_message = "S3 is reached by the gateway endpoint from every private subnet."
  }
}

run "a_third_zone_moves_no_address" {
  variables {
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1d"]
  }
  assert {
    condition = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == {
      us-east-1a = "10.0.128.0/20", us-east-1b = "10.0.144.0/20", us-east-1d = "10.0.160.0/20"
    }
    error_message = "The addresses of the first two zones must stay."
  }
}

run "nat_per_zone" {
  variables {
    nat_gateways = "per_zone"
  }
  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.this[zone].id])
    error_message = "Each zone goes out by its own gateway."
  }
}

run "no_nat_but_endpoints" {
  variables {
    nat_gateways        = "none"
    interface_endpoints = ["secretsmanager", "logs"]
  }
  assert {
    condition     = length(aws_nat_gateway.this) + length(aws_route.nat) + length(aws_eip.nat) == 0
    error_message = "Nothing of NAT may be left."
  }
  assert {
    condition     = alltrue([for endpoint in aws_vpc_endpoint.interface : endpoint.private_dns_enabled && length(endpoint.subnet_ids) == 2])
    error_message = "Endpoints answer under the services' own names, in both zones."
  }
}
