mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:f" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:us-east-1:123456789012:q", url = "https://sqs.us-east-1.amazonaws.com/123456789012/q" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:123456789012:function:f:live" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:g" }
  }
}

variables {
  name_prefix         = "t"
  name                = "thumbnail"
  package             = { bucket = "artifacts", key = "thumbnail.zip", version = "v1", hash = "aGFzaA==" }
  memory_mb           = 512
  maximum_concurrency = 8
  environment         = { TARGET_S3_PREFIX = "thumbnails/" }
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  topic_arn           = "arn:aws:sns:us-east-1:123456789012:topic"
  bucket_arn          = "arn:aws:s3:::pictures"
  reads               = ["uploads/"]
  writes              = ["previews/", "thumbnails/"]
  secret_arns         = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:database"]
  log_retention_days  = 30
}

run "it_works" {
  assert {
    condition = (
      aws_lambda_function.this.handler == "processors.thumbnail.handler" && aws_lambda_function.this.runtime == "python3.13" &&
      aws_lambda_function.this.timeout == 150 && aws_lambda_function.this.s3_object_version == "v1"
    )
    error_message = "The function is what the package holds."
  }
  assert {
    condition     = aws_lambda_function.this.vpc_config[0].subnet_ids == toset(["subnet-1", "subnet-2"])
    error_message = "It runs in the private subnets."
  }
}

run "no_message_is_lost" {
  assert {
    condition     = jsondecode(aws_sns_topic_subscription.this.redrive_policy).deadLetterTargetArn == aws_sqs_queue.dead_letters.arn
    error_message = "What SNS can't deliver is a dead letter."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.this.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dead_letters.arn, maxReceiveCount = 5 }
    error_message = "What the function can't even record is a dead letter after the fifth time."
  }
  assert {
    condition     = aws_sqs_queue.this.visibility_timeout_seconds == 180 && aws_lambda_function.this.timeout < 160
    error_message = "A message comes back when the function is over, and its lease of 160 s too."
  }
  assert {
    condition     = aws_sqs_queue.dead_letters.message_retention_seconds > aws_sqs_queue.this.message_retention_seconds
    error_message = "A dead letter is as old as the message was: it must be kept for longer."
  }
  assert {
    condition     = alltrue([for policy in aws_sqs_queue_policy.this : jsondecode(policy.policy).Statement[0].Condition.ArnEquals["aws:SourceArn"] == var.topic_arn])
    error_message = "Only this topic may write to the queues."
  }
}

run "no_more_at_once_than_it_is_told" {
  assert {
    condition = (
      aws_lambda_event_source_mapping.this.scaling_config[0].maximum_concurrency == 8 &&
      aws_lambda_event_source_mapping.this.batch_size == 1 &&
      aws_lambda_event_source_mapping.this.function_response_types == toset(["ReportBatchItemFailures"])
    )
    error_message = "One message for each run, and a bound for all."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.function_name == aws_lambda_alias.live.arn && aws_lambda_function.this.publish
    error_message = "The queue invokes what the alias names, not what was uploaded last."
  }
  assert {
    condition     = aws_sns_topic_subscription.this.raw_message_delivery
    error_message = "The function reads S3's event without an envelope."
  }
}

run "may_do_exactly_this" {
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid => statement.Action if statement.Effect == "Allow" } == {
      GetPictures           = ["s3:GetObject"]
      SeeThatAPictureIsGone = ["s3:ListBucket"]
      PutPictures           = ["s3:DeleteObject", "s3:PutObject"]
      GetSecrets            = ["secretsmanager:GetSecretValue"]
      ReadTheQueue          = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Log                   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      JoinTheNetwork = [
        "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
      ]
    }
    error_message = "What the function may do has changed: is it meant?"
  }
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Sid => statement.Resource if statement.Effect == "Allow" } == {
      GetPictures           = ["arn:aws:s3:::pictures/uploads/*"]
      SeeThatAPictureIsGone = ["arn:aws:s3:::pictures"]
      PutPictures           = ["arn:aws:s3:::pictures/previews/*", "arn:aws:s3:::pictures/thumbnails/*"]
      GetSecrets            = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:database"]
      ReadTheQueue          = ["arn:aws:sqs:us-east-1:123456789012:q"]
      Log                   = ["arn:aws:logs:us-east-1:123456789012:log-group:g:*"]
      JoinTheNetwork        = ["*"] # the one exception: Lambda takes nothing narrower
    }
    error_message = "What the function may do it to has changed: is it meant?"
  }
  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement if statement.Effect == "Deny"][0].Condition == {
      ArnEquals = { "lambda:SourceFunctionArn" = ["arn:aws:lambda:*:*:function:t-thumbnail"] }
    }
    error_message = "The network actions are not for the code inside."
  }
}

run "a_function_that_only_reads" {
  variables {
    name   = "annotation"
    writes = []
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.this.policy, "s3:PutObject")
    error_message = "Without prefixes to write there is no right to put."
  }
}
