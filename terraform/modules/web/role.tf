data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_partition" "current" {}

locals {
  # Composed, not read from the group: the group waits for the role.
  group_name = "${var.name_prefix}-web"
  group_arn = join(":", [
    "arn", data.aws_partition.current.partition, "autoscaling", data.aws_region.current.id, data.aws_caller_identity.current.account_id,
    "autoScalingGroup:*:autoScalingGroupName/${local.group_name}",
  ])

  statements = {
    GetTheApplication = {
      Action   = ["s3:GetObjectVersion"] # it always names the version
      Resource = [var.app_object_arn]
    }
    ShowPictures = {
      Action   = ["s3:DeleteObject", "s3:GetObject"]
      Resource = [for prefix in var.prefixes : "${var.bucket_arn}/${prefix}*"]
    }
    TakePictures = {
      Action   = ["s3:PutObject"]
      Resource = ["${var.bucket_arn}/${var.uploads_prefix}*"]
    }
    # Without it S3 answers 403, not 404, for a key that is free; the site looks before it puts.
    SeeThatAKeyIsFree = {
      Action   = ["s3:ListBucket"]
      Resource = [var.bucket_arn]
    }
    SendWorkAgain = {
      Action   = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
      Resource = var.queue_arns
    }
    GetSecrets = {
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = var.secret_arns
    }
    BringBackFailedMessages = {
      Action   = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
      Resource = var.dead_letter_arns
    }
    # The new version of the functions works from the moment when the database has its schema.
    SwitchFunctions = {
      Action   = ["lambda:UpdateAlias"]
      Resource = var.function_arns
    }
    Log = {
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.web.arn}:*"]
    }
    # Memory and disk, by CloudWatch's agent. The action knows no resource.
    SayHowFullItIs = {
      Action    = ["cloudwatch:PutMetricData"]
      Resource  = ["*"]
      Condition = { StringEquals = { "cloudwatch:namespace" = var.metrics_namespace } }
    }
    SayHowTheStartWent = {
      Action   = ["autoscaling:CompleteLifecycleAction"]
      Resource = [local.group_arn]
    }
    # A shell by Session Manager, without SSH, keys or the bastion. AWS's own policy for it would let the site read every
    # parameter of the account; these know no narrower resource.
    SessionManager = {
      Action = [
        "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
      ]
      Resource = ["*"]
    }
  }
}

resource "aws_iam_role" "web" {
  name = "${var.name_prefix}-${data.aws_region.current.id}-web" # IAM knows no regions
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "web" {
  name = "run-the-site"
  role = aws_iam_role.web.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for sid, statement in local.statements : merge({ Sid = sid, Effect = "Allow" }, statement)]
  })
}

resource "aws_iam_instance_profile" "web" {
  name = "${var.name_prefix}-${data.aws_region.current.id}-web" # IAM knows no regions
  role = aws_iam_role.web.name
}
