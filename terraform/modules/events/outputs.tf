output "topic_arn" {
  description = "The topic that announces uploads."
  value       = aws_sns_topic.uploads.arn
}
