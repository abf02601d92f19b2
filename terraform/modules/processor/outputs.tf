output "function_name" {
  description = "The function."
  value       = aws_lambda_function.this.function_name
}

output "dead_letters" {
  description = "The queue of events that failed for good: name, url and arn."
  value = {
    name = aws_sqs_queue.dead_letters.name
    url  = aws_sqs_queue.dead_letters.url
    arn  = aws_sqs_queue.dead_letters.arn
  }
}

output "log_group" {
  description = "Where the function logs."
  value       = aws_cloudwatch_log_group.this.name
}
