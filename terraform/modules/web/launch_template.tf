data "aws_ssm_parameter" "amazon_linux" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

# The image is looked up once and kept: AWS releases one every other week, and an apply for something else must not
# replace the instances by the way.
resource "terraform_data" "image" {
  input            = nonsensitive(data.aws_ssm_parameter.amazon_linux.value)
  triggers_replace = [var.ami_version]

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  ami_id    = var.ami_id != "" ? var.ami_id : terraform_data.image.output
  burstable = can(regex("^t[0-9]", var.instance_type))
}

resource "aws_launch_template" "web" {
  name                   = "${var.name_prefix}-web"
  image_id               = local.ami_id
  instance_type          = var.instance_type
  key_name               = var.key_name != "" ? var.key_name : null
  user_data              = base64encode(var.user_data)
  vpc_security_group_ids = [var.security_group_id]
  update_default_version = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.web.arn
  }

  metadata_options {
    http_tokens                 = "required" # IMDSv2 alone
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 20 # 20 uploads of 20 files of 25 MB may be coming in at once
      encrypted             = true
      delete_on_termination = true
    }
  }

  monitoring {
    enabled = true # by the minute, else the auto-scaling group reacts after five
  }

  # T3 has it by itself, T2 not: when its credits are spent it is held at 10 % and never reaches the 70 % that it scales at.
  dynamic "credit_specification" {
    for_each = local.burstable ? [1] : []

    content {
      cpu_credits = "unlimited"
    }
  }

  # The provider's default tags do not reach what a launch template starts.
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.key
      tags          = merge(data.aws_default_tags.current.tags, { Name = "${var.name_prefix}-web" })
    }
  }
}

data "aws_default_tags" "current" {}
