mock_provider "aws" {}

variables {
  name_prefix  = "t"
  vpc_id       = "vpc-1"
  https        = true
  admin_cidrs  = ["203.0.113.0/24"]
  model_server = null
}

run "it_works" {
  assert {
    condition     = toset(keys(output.ids)) == toset(["load_balancer", "web", "functions", "database", "bastion", "endpoints"])
    error_message = "The groups."
  }
}

run "every_flow_has_both_halves" {
  assert {
    condition = alltrue([for name, flow in output.flows : (
      contains(keys(aws_vpc_security_group_ingress_rule.this), name) == contains(keys(output.ids), flow.to) &&
      contains(keys(aws_vpc_security_group_egress_rule.this), name) == contains(keys(output.ids), flow.from)
    )])
    error_message = "A flow must be let out of the group where it begins and into the group where it ends."
  }
  assert {
    condition     = alltrue([for rule in concat(values(aws_vpc_security_group_ingress_rule.this), values(aws_vpc_security_group_egress_rule.this)) : rule.ip_protocol == "tcp" && rule.from_port == rule.to_port])
    error_message = "One TCP port for each rule."
  }
}

# The whole policy in words, so that a new flow has to be written twice.
run "exactly_these" {
  assert {
    condition = toset([for rule in aws_vpc_security_group_ingress_rule.this : join(" ", [
      one([for name, id in output.ids : name if id == rule.security_group_id]), rule.from_port,
      coalesce(rule.cidr_ipv4, one([for name, id in output.ids : name if id == rule.referenced_security_group_id])),
      ])]) == toset([
      "load_balancer 80 0.0.0.0/0",
      "load_balancer 443 0.0.0.0/0",
      "web 5000 load_balancer",
      "web 22 bastion",
      "bastion 22 203.0.113.0/24",
      "database 3306 web",
      "database 3306 functions",
      "endpoints 443 web",
      "endpoints 443 functions",
    ])
    error_message = "Who may come in has changed: is it meant?"
  }
  assert {
    condition = toset([for rule in aws_vpc_security_group_egress_rule.this : join(" ", [
      one([for name, id in output.ids : name if id == rule.security_group_id]), rule.from_port,
      coalesce(rule.cidr_ipv4, one([for name, id in output.ids : name if id == rule.referenced_security_group_id])),
      ])]) == toset([
      "load_balancer 5000 web",
      "bastion 22 web",
      "web 3306 database",
      "web 443 0.0.0.0/0",
      "web 443 endpoints",
      "functions 3306 database",
      "functions 443 0.0.0.0/0",
      "functions 443 endpoints",
    ])
    error_message = "Who may go out has changed: is it meant?"
  }
}

run "without_a_certificate_443_stays_closed" {
  variables {
    https = false
  }
  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.this : rule.from_port if rule.cidr_ipv4 == "0.0.0.0/0"] == [80]
    error_message = "Nobody listens at port 443 without a certificate."
  }
}

run "no_admins_no_ssh_from_outside" {
  variables {
    admin_cidrs = []
  }
  assert {
    condition     = !anytrue([for rule in aws_vpc_security_group_ingress_rule.this : rule.from_port == 22 && rule.cidr_ipv4 != null])
    error_message = "Without admin_cidrs nobody outside reaches port 22."
  }
}

run "a_model_s_server_in_the_vpc" {
  variables {
    model_server = { address = "10.0.11.7", port = 8000 }
  }
  assert {
    condition = [for rule in aws_vpc_security_group_egress_rule.this : [rule.security_group_id, rule.from_port, rule.to_port] if rule.cidr_ipv4 == "10.0.11.7/32"] == [
      [output.ids.functions, 8000, 8000]
    ]
    error_message = "The functions alone reach it, and no other port of it."
  }
  assert {
    condition     = !contains(keys(aws_vpc_security_group_ingress_rule.this), "functions_to_model_server")
    error_message = "It is no part of the stack: who may come in there is its own business."
  }
}

run "a_server_that_is_none" {
  command = plan
  variables {
    model_server = { address = "10.0.11.777", port = 8000 }
  }
  expect_failures = [var.model_server]
}

run "a_port_that_is_none" {
  command = plan
  variables {
    model_server = { address = "10.0.11.7", port = 70000 }
  }
  expect_failures = [var.model_server]
}

run "the_world_is_no_administrator" {
  command = plan
  variables {
    admin_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.admin_cidrs]
}

run "nor_are_its_halves" {
  command = plan
  variables {
    admin_cidrs = ["0.0.0.0/1", "128.0.0.0/1"]
  }
  expect_failures = [var.admin_cidrs]
}

run "an_address_needs_a_size" {
  command = plan
  variables {
    admin_cidrs = ["203.0.113.7"]
  }
  expect_failures = [var.admin_cidrs]
}
