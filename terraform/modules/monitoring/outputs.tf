output "topic_arn" {
  description = "The topic of the alarms."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard" {
  description = "The name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
