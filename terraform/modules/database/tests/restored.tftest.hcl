mock_provider "aws" {
  mock_data "aws_ec2_instance_type" {
    defaults = { memory_size = 1024 }
  }
  mock_resource "aws_db_instance" {
    defaults = { master_user_secret = [] }
  }
}

variables {
  name_prefix         = "t"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  instance_class      = "db.t3.micro"
  multi_az            = false
  max_connections     = 200
  apply_immediately   = true
  deletion_protection = true
  final_snapshot      = true
  log_retention_days  = 30
}

run "without_a_managed_secret" {
  expect_failures = [output.secret_arn]
}
