resource "aws_lambda_permission" "topic" {
  statement_id  = "the-topic-invokes"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  principal     = "sns.amazonaws.com"
  source_arn    = var.topic_arn
}

# What SNS can't hand over to Lambda ends in the queue …
resource "aws_sns_topic_subscription" "this" {
  topic_arn      = var.topic_arn
  protocol       = "lambda"
  endpoint       = aws_lambda_function.this.arn
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead_letters.arn })
  depends_on     = [aws_lambda_permission.topic, aws_sqs_queue_policy.dead_letters]
}

# … and so does what the function failed at three times, or what waited for six hours.
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 21600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}
