mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_ssm_parameter" {
    defaults = { value = "ami-0123456789abcdef0" }
  }
  mock_data "aws_default_tags" {
    defaults = { tags = {} }
  }
  mock_resource "aws_iam_instance_profile" {
    defaults = { arn = "arn:aws:iam::123456789012:instance-profile/p" }
  }
  mock_resource "aws_launch_template" {
    defaults = { id = "lt-0123456789abcdef0", latest_version = 7 }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:g" }
  }
}

variables {
  name_prefix        = "t"
  subnet_ids         = ["subnet-1", "subnet-2"]
  security_group_id  = "sg-1"
  target_group_arn   = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0123456789abcdef"
  instance_type      = "t3.micro"
  ami_id             = ""
  ami_version        = 1
  key_name           = ""
  capacity           = { min = 1, desired = 1, max = 3 }
  user_data          = "#!/bin/sh\n"
  app_object_arn     = "arn:aws:s3:::artifacts/app.zip"
  bucket_arn         = "arn:aws:s3:::pictures"
  prefixes           = ["uploads/", "previews/", "thumbnails/"]
  uploads_prefix     = "uploads/"
  queue_arns         = ["arn:aws:sqs:us-east-1:123456789012:q"]
  function_arns      = ["arn:aws:lambda:us-east-1:123456789012:function:f"]
  secret_arns        = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:database"]
  dead_letter_arns   = ["arn:aws:sqs:us-east-1:123456789012:q"]
  metrics_namespace  = "ImageAnnotations/t"
  secret_key_version = 1
  log_group_name     = "/t/web"
  log_retention_days = 30

  database_users_version = 1
}

run "it_works" {
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.web.policy).Statement : statement.Sid => statement.Action } == {
      GetTheApplication       = ["s3:GetObjectVersion"]
      ShowPictures            = ["s3:DeleteObject", "s3:GetObject"]
      TakePictures            = ["s3:PutObject"]
      SeeThatAKeyIsFree       = ["s3:ListBucket"]
      SendWorkAgain           = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
      GetSecrets              = ["secretsmanager:GetSecretValue"]
      SwitchFunctions         = ["lambda:UpdateAlias"]
      BringBackFailedMessages = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
      Log                     = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      SayHowFullItIs          = ["cloudwatch:PutMetricData"]
      SayHowTheStartWent      = ["autoscaling:CompleteLifecycleAction"]
      SessionManager = [
        "ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
      ]
    }
    error_message = "What the site may do has changed: is it meant?"
  }
}

run "names_of_iam_have_the_region" {
  assert {
    condition     = aws_iam_role.web.name == "t-us-east-1-web" && aws_iam_instance_profile.web.name == "t-us-east-1-web"
    error_message = "IAM's names are the whole account's."
  }
}

run "only_to_these" {
  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.web.policy).Statement : statement.Sid => statement.Resource } == {
      GetTheApplication       = ["arn:aws:s3:::artifacts/app.zip"]
      ShowPictures            = ["arn:aws:s3:::pictures/uploads/*", "arn:aws:s3:::pictures/previews/*", "arn:aws:s3:::pictures/thumbnails/*"]
      TakePictures            = ["arn:aws:s3:::pictures/uploads/*"]
      SeeThatAKeyIsFree       = ["arn:aws:s3:::pictures"]
      SendWorkAgain           = ["arn:aws:sqs:us-east-1:123456789012:q"]
      GetSecrets              = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:database"]
      SwitchFunctions         = ["arn:aws:lambda:us-east-1:123456789012:function:f"]
      BringBackFailedMessages = ["arn:aws:sqs:us-east-1:123456789012:q"]
      Log                     = ["arn:aws:logs:us-east-1:123456789012:log-group:g:*"]
      SayHowFullItIs          = ["*"] # in its own namespace alone
      SayHowTheStartWent      = ["arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/t-web"]
      SessionManager          = ["*"]
    }
    error_message = "What the site may do it to has changed: is it meant?"
  }
}

run "wrong" {
  command = plan
  variables {
    instance_type = "t4g.micro" # Arm
    ami_id        = "amazon-linux"
    capacity      = { min = 2, desired = 1, max = 3 }
    user_data     = join("", [for line in range(1000) : "0123456789abcdefghij"])
  }
  expect_failures = [var.instance_type, var.ami_id, var.capacity, var.user_data]
}
