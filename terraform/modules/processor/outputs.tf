output "function_name" {
  description = "The function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "The function, without a version."
  value       = aws_lambda_function.this.arn
}

output "version" {
  description = "The version that was published last; an instance of this release moves the alias `live` to it."
  value       = aws_lambda_function.this.version
}

output "queue" {
  description = "What waits for the function: name, url and arn."
  value       = { name = aws_sqs_queue.this.name, url = aws_sqs_queue.this.url, arn = aws_sqs_queue.this.arn }
}

output "dead_letters" {
  description = "The queue of messages that failed for good: name, url and arn."
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
