data "aws_region" "current" {}

data "aws_partition" "current" {}

resource "aws_iam_role" "this" {
  name = "${var.name_prefix}-${data.aws_region.current.id}-${var.name}" # IAM knows no regions
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

locals {
  network_actions = [
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
  ]

  statements = {
    GetPictures = {
      Action   = ["s3:GetObject"]
      Resource = [for prefix in var.reads : "${var.bucket_arn}/${prefix}*"]
    }
    # Without it S3 answers 403, not 404, for an object that is gone: a failure to be tried again, not an end.
    SeeThatAPictureIsGone = {
      Action   = ["s3:ListBucket"]
      Resource = [var.bucket_arn]
    }
    # It takes back what it made of a picture that was deleted meanwhile.
    PutPictures = {
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = [for prefix in var.writes : "${var.bucket_arn}/${prefix}*"]
    }
    GetSecrets = {
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = var.secret_arns
    }
    # Lambda reads the queue with the function's role:
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
    ReadTheQueue = {
      Action   = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
      Resource = [aws_sqs_queue.this.arn]
    }
    Log = {
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
    }
    # Lambda refuses a VPC function whose role has these for anything less than "*" …
    JoinTheNetwork = {
      Action   = local.network_actions
      Resource = ["*"]
    }
  }

  # … but they are for Lambda itself, not for the code inside:
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
  deny_network_to_code = {
    Sid       = "NetworkIsNotForTheCode"
    Effect    = "Deny"
    Action    = local.network_actions
    Resource  = ["*"]
    Condition = { ArnEquals = { "lambda:SourceFunctionArn" = ["arn:${data.aws_partition.current.partition}:lambda:*:*:function:${local.name}"] } }
  }
}

resource "aws_iam_role_policy" "this" {
  name = "process-uploads"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for sid, statement in local.statements : merge({ Sid = sid, Effect = "Allow" }, statement) if length(statement.Resource) > 0],
      [local.deny_network_to_code],
    )
  })
}
