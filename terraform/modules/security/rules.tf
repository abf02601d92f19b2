resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:the groups are used in other modules, where checkov does not look
  for_each = local.groups

  name        = "${var.name_prefix}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name_prefix}-${replace(each.key, "_", "-")}" }

  timeouts {
    delete = "60m" # AWS takes its time to let go of the functions' network interfaces
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = { for name, flow in local.flows : name => flow if contains(keys(local.groups), flow.to) }

  security_group_id            = aws_security_group.this[each.value.to].id
  description                  = replace(each.key, "_", " ")
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = contains(keys(local.groups), each.value.from) ? null : each.value.from
  referenced_security_group_id = try(aws_security_group.this[each.value.from].id, null)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = { for name, flow in local.flows : name => flow if contains(keys(local.groups), flow.from) }

  security_group_id            = aws_security_group.this[each.value.from].id
  description                  = replace(each.key, "_", " ")
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = contains(keys(local.groups), each.value.to) ? null : each.value.to
  referenced_security_group_id = try(aws_security_group.this[each.value.to].id, null)
}
