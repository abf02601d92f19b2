output "dns_name" {
  description = "The host name of the load balancer."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Route 53's zone of that name, for an alias record."
  value       = aws_lb.this.zone_id
}

output "target_group_arn" {
  description = "The group of the web instances; known when a listener sends requests there, else no target is ever healthy."
  value       = aws_lb_target_group.web.arn
  depends_on  = [aws_lb_listener.http, aws_lb_listener.https]
}

output "metric_names" {
  description = "How CloudWatch calls load balancer and target group."
  value       = { load_balancer = aws_lb.this.arn_suffix, target_group = aws_lb_target_group.web.arn_suffix }
}
