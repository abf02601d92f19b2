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
    defaults = { tags = { Stack = "t" } }
  }
  mock_resource "aws_iam_instance_profile" {
    defaults = { arn = "arn:aws:iam::123456789012:instance-profile/p" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/r" }
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
    condition     = aws_launch_template.web.image_id == "ami-0123456789abcdef0" && base64decode(aws_launch_template.web.user_data) == "#!/bin/sh\n"
    error_message = "The newest Amazon Linux with the script."
  }
  assert {
    condition     = aws_autoscaling_group.web.min_size == 1 && aws_autoscaling_group.web.desired_capacity == 1 && aws_autoscaling_group.web.max_size == 3
    error_message = "One instance, up to three."
  }
}

run "guarded" {
  assert {
    condition     = aws_launch_template.web.metadata_options[0].http_tokens == "required"
    error_message = "IMDSv2 alone."
  }
  assert {
    condition     = aws_launch_template.web.block_device_mappings[0].ebs[0].encrypted == "true" && length(aws_launch_template.web.network_interfaces) == 0
    error_message = "An encrypted disk, and no public address."
  }
}

run "scales" {
  assert {
    condition     = one(aws_autoscaling_policy.cpu.target_tracking_configuration).target_value == 70
    error_message = "70 % CPU."
  }
  assert {
    condition     = one(aws_launch_template.web.credit_specification).cpu_credits == "unlimited"
    error_message = "Held at 10 % CPU, a T3 never reaches 70 %."
  }
  assert {
    condition     = aws_autoscaling_group.web.health_check_type == "ELB" && one(aws_autoscaling_group.web.launch_template).version == "7"
    error_message = "Healthy is who answers the load balancer; a new version of the template starts a refresh."
  }
}

run "a_third_more_at_most" {
  assert {
    condition = [for policy in [one(aws_autoscaling_group.web.instance_maintenance_policy), one(one(aws_autoscaling_group.web.instance_refresh).preferences)] :
    [policy.min_healthy_percentage, policy.max_healthy_percentage]] == [[100, 134], [100, 134]]
    error_message = "connections.tf counts on it."
  }
}

run "versions_refresh_the_instances" {
  assert {
    condition     = { for tag in aws_autoscaling_group.web.tag : tag.key => tag.value if endswith(tag.key, "Version") } == { SecretKeyVersion = "1", DatabaseUsersVersion = "1" }
    error_message = "A new version of either must replace the instances."
  }
}

run "a_newer_amazon_linux_replaces_nothing" {
  override_data {
    target = data.aws_ssm_parameter.amazon_linux
    values = { value = "ami-11111111111111111" }
  }
  assert {
    condition     = aws_launch_template.web.image_id == "ami-0123456789abcdef0"
    error_message = "The image is the one that was found first."
  }
}

run "unless_it_is_asked_for" {
  variables {
    ami_version = 2
  }
  override_data {
    target = data.aws_ssm_parameter.amazon_linux
    values = { value = "ami-11111111111111111" }
  }
  assert {
    condition     = aws_launch_template.web.image_id == "ami-11111111111111111"
    error_message = "A raised ami_version takes the newest."
  }
}

run "another_type" {
  variables {
    instance_type = "m6i.large"
    ami_id        = "ami-0fedcba9876543210"
  }
  assert {
    condition     = length(aws_launch_template.web.credit_specification) == 0 && aws_launch_template.web.image_id == "ami-0fedcba9876543210"
    error_message = "Only burstable types have credits; a given image is taken."
  }
}
