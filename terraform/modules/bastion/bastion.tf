# A host to jump from, and nothing else: SSH in from the administrators, SSH out to the web instances.
resource "aws_instance" "bastion" {
  #checkov:skip=CKV_AWS_126:nothing scales by what the bastion does
  ami                    = var.ami_id
  instance_type          = "t3.micro" # there in every region
  ebs_optimized          = true
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [var.security_group_id]
  key_name               = var.key_name != "" ? var.key_name : null
  iam_instance_profile   = aws_iam_instance_profile.bastion.name
  tags                   = { Name = "${var.name_prefix}-bastion" }

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
  }
}

resource "aws_eip" "bastion" {
  domain   = "vpc"
  instance = aws_instance.bastion.id
  tags     = { Name = "${var.name_prefix}-bastion" }
}

data "aws_region" "current" {}

# No policy is attached: whoever breaks into the bastion may do nothing in AWS.
resource "aws_iam_role" "bastion" {
  name = "${var.name_prefix}-${data.aws_region.current.id}-bastion" # IAM knows no regions
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "bastion" {
  name = "${var.name_prefix}-${data.aws_region.current.id}-bastion" # IAM knows no regions
  role = aws_iam_role.bastion.name
}
