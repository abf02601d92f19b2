mock_provider "aws" {
  mock_data "aws_ec2_instance_type" {
    defaults = { memory_size = 1024 }
  }
  mock_resource "aws_db_instance" {
    defaults = { master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds" }] }
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

run "it_works" {
  assert {
    condition     = aws_db_instance.this.engine == "mysql" && aws_db_instance.this.engine_version == "8.4" && output.name == "image_annotations_db"
    error_message = "MySQL 8.4 with the database of the site."
  }
}

run "private_and_encrypted" {
  assert {
    condition     = !aws_db_instance.this.publicly_accessible && aws_db_instance.this.storage_encrypted && aws_db_instance.this.vpc_security_group_ids == toset(["sg-1"])
    error_message = "Not reachable from outside, encrypted on disk."
  }
  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "require_secure_transport"]) == "1"
    error_message = "No connection without TLS."
  }
  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "The password is RDS's own; Terraform never has one."
  }
}

run "hard_to_lose" {
  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && aws_db_instance.this.backup_retention_period == 7
    error_message = "Protected, backed up for seven days, and a last snapshot when it goes."
  }
  assert {
    condition     = aws_db_instance.this.engine_lifecycle_support == "open-source-rds-extended-support-disabled"
    error_message = "Never pay for a version that is out of date."
  }
}

run "every_name_in_any_script" {
  assert {
    condition     = one([for parameter in aws_db_parameter_group.this.parameter : parameter.value if parameter.name == "character_set_server"]) == "utf8mb4"
    error_message = "utf8mb4."
  }
}

run "the_last_snapshot_has_a_name_of_its_own" {
  assert {
    condition     = can(regex("^t-final-[0-9a-f]{8}$", aws_db_instance.this.final_snapshot_identifier))
    error_message = "A stack of the same name may have left a snapshot before."
  }
}

run "can_be_given_up_and_leaves_a_snapshot" {
  variables {
    deletion_protection = false
  }
  assert {
    condition     = !aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "To take the protection off is not to throw the rows away."
  }
}

run "can_be_thrown_away" {
  variables {
    final_snapshot = false
  }
  assert {
    condition     = aws_db_instance.this.skip_final_snapshot
    error_message = "The snapshot has its own switch."
  }
}

run "more_connections_than_the_class_takes" {
  command = plan
  variables {
    max_connections = 201
  }
  expect_failures = [aws_db_parameter_group.this]
}

run "no_such_class" {
  command = plan
  variables {
    instance_class = "t3.micro"
  }
  expect_failures = [var.instance_class]
}
