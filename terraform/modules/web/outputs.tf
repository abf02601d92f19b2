output "group_name" {
  description = "The auto-scaling group."
  value       = aws_autoscaling_group.web.name
}

output "ami_id" {
  description = "The image that instances start from."
  value       = local.ami_id
}

output "log_group" {
  description = "Where the instances log."
  value       = aws_cloudwatch_log_group.web.name
}
