mock_provider "aws" {}

variables {
  name_prefix         = "t"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  instance_class      = "db.t3.micro"
  multi_az            = false
  max_connections     = 163
  deletion_protection = true
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

run "can_be_given_up" {
  variables {
    deletion_protection = false
  }
  assert {
    condition     = aws_db_instance.this.skip_final_snapshot
    error_message = "Without protection, destroy needs no snapshot."
  }
}

run "no_such_class" {
  command = plan
  variables {
    instance_class = "t3.micro"
  }
  expect_failures = [var.instance_class]
}
