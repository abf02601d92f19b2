# What waits for the function. A message that it could not even record is handed over again when it is visible again; the
# fifth time was the last, and it is a dead letter.
locals {
  # Seconds; a lease (processors/records.py, 160) lies between the first two. AWS's advice is six times the timeout:
  # docs/decisions/20261125-queues.md says why not here.
  timeout    = 150
  visibility = 180
  receives   = 5
}

resource "aws_sqs_queue" "this" {
  name                       = local.name
  visibility_timeout_seconds = local.visibility
  message_retention_seconds  = 345600 # four days; dead letters count from the same beginning, and stay for fourteen
  sqs_managed_sse_enabled    = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = local.receives
  })
}

# Kept for as long as SQS can, 14 days; `manage.py redrive` looks into them.
resource "aws_sqs_queue" "dead_letters" {
  name                      = "${local.name}-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

# The topic may send to both: to the second what it could not deliver to the first.
resource "aws_sqs_queue_policy" "this" {
  for_each = { queue = aws_sqs_queue.this, dead_letters = aws_sqs_queue.dead_letters }

  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TheTopicSends"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = each.value.arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.topic_arn } }
      },
      {
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = each.value.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
