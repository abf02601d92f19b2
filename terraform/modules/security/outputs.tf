output "ids" {
  description = "Security groups by name: load_balancer, web, functions, database, bastion, endpoints; known when their rules are in force."
  value       = { for name, group in aws_security_group.this : name => group.id }
  depends_on  = [aws_vpc_security_group_ingress_rule.this, aws_vpc_security_group_egress_rule.this]
}

output "flows" {
  description = "Who may talk to whom: name -> from, to, port."
  value       = local.flows
}
