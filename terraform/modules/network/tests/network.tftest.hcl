mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
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
  bucket_arns                = ["arn:aws:s3:::pictures", "arn:aws:s3:::artifacts"]
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

run "the_database_has_no_way_out" {
  assert {
    condition     = toset([for association in aws_route_table_association.database : association.route_table_id]) == toset([aws_route_table.database.id])
    error_message = "The database's subnets have a table of their own."
  }
  assert {
    condition     = !contains([for route in concat([aws_route.internet], values(aws_route.nat)) : route.route_table_id], aws_route_table.database.id)
    error_message = "No route leads out of it."
  }
}

run "s3_leads_to_our_buckets_alone" {
  assert {
    condition = flatten([for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Resource]) == [
      "arn:aws:s3:::pictures", "arn:aws:s3:::pictures/*", "arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*",
      "arn:aws:s3:::al2023-repos-us-east-1-*/*",
    ]
    error_message = "Which buckets can be reached has changed: is it meant?"
  }
  assert {
    condition     = !anytrue([for statement in jsondecode(aws_vpc_endpoint.s3.policy).Statement : statement.Action != ["s3:GetObject"] if statement.Sid == "AmazonLinuxPackages"])
    error_message = "Packages are read, never written."
  }
}

run "names_of_iam_have_the_region" {
  assert {
    condition     = aws_iam_role.flow_log.name == "t-us-east-1-flow-log"
    error_message = "IAM's names are the whole account's."
  }
}

run "six_zones_in_the_smallest_network" {
  variables {
    vpc_cidr           = "10.0.0.0/22"
    availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"]
  }
  assert {
    condition = (
      aws_subnet.public["us-east-1f"].cidr_block == "10.0.1.64/26" && aws_subnet.database["us-east-1a"].cidr_block == "10.0.1.128/28" &&
      aws_subnet.database["us-east-1f"].cidr_block == "10.0.1.208/28" && aws_subnet.private["us-east-1a"].cidr_block == "10.0.2.0/26"
    )
    error_message = "Public, database and private subnets follow each other; a /28 is the smallest subnet that AWS has."
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
  assert {
    condition = { for zone, subnet in aws_subnet.database : zone => subnet.cidr_block } == {
      us-east-1a = "10.0.96.0/22", us-east-1b = "10.0.100.0/22", us-east-1d = "10.0.104.0/22"
    }
    error_message = "And those of the database."
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
