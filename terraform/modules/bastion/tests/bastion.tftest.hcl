mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_eip" {
    defaults = { public_ip = "198.51.100.7" }
  }
}

variables {
  name_prefix       = "t"
  subnet_id         = "subnet-1"
  security_group_id = "sg-1"
  ami_id            = "ami-0123456789abcdef0"
  key_name          = ""
}

run "it_works" {
  assert {
    condition     = output.public_ip == "198.51.100.7" && aws_instance.bastion.subnet_id == "subnet-1"
    error_message = "A fixed address in the public subnet."
  }
  assert {
    condition     = aws_instance.bastion.vpc_security_group_ids == toset(["sg-1"])
    error_message = "No group but its own."
  }
}

run "guarded" {
  assert {
    condition     = aws_instance.bastion.metadata_options[0].http_tokens == "required" && aws_instance.bastion.root_block_device[0].encrypted
    error_message = "IMDSv2 alone, an encrypted disk."
  }
  assert {
    condition     = aws_iam_instance_profile.bastion.role == aws_iam_role.bastion.name
    error_message = "Its own role."
  }
  assert {
    condition     = aws_iam_role.bastion.name == "t-us-east-1-bastion" && aws_iam_instance_profile.bastion.name == "t-us-east-1-bastion"
    error_message = "IAM's names are the whole account's: the region is in them."
  }
}
