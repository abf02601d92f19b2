data "aws_ec2_instance_type" "of_the_class" {
  instance_type = trimprefix(var.instance_class, "db.")
}

locals {
  # A connection takes half a MiB to five, and InnoDB's buffer pool has three quarters of the memory: 200 for each GiB is
  # what we let in. RDS's own default is about 60 for the 1 GiB of a db.t3.micro.
  connections_limit = floor(data.aws_ec2_instance_type.of_the_class.memory_size / 1024 * 200)

  parameters = {
    character_set_server = "utf8mb4"
    collation_server     = "utf8mb4_0900_ai_ci"
    slow_query_log       = "1"
    long_query_time      = "1"
    log_output           = "FILE" # CloudWatch takes the files, not the tables
    max_connections      = tostring(var.max_connections)
  }
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.name_prefix}-mysql84"
  family      = "mysql8.4"
  description = "TLS only, utf8mb4, slow queries logged"

  lifecycle {
    precondition {
      condition     = var.max_connections <= local.connections_limit
      error_message = "The stack may open ${var.max_connections} connections to the database, and a ${var.instance_class} takes ${local.connections_limit}. Lower web_capacity.max or function_concurrency, or take a larger database_instance_class; connections.tf adds up."
    }
  }

  parameter {
    name  = "require_secure_transport" # no connection without TLS
    value = "1"
  }

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}
