locals {
  parameters = {
    require_secure_transport = "1"
    character_set_server     = "utf8mb4"
    collation_server         = "utf8mb4_0900_ai_ci"
    slow_query_log           = "1"
    long_query_time          = "1"
    log_output               = "FILE" # CloudWatch takes the files, not the tables

    # RDS's default for the 1 GiB of a db.t3.micro is about 60. A connection that waits costs about half a MiB.
    max_connections = tostring(var.max_connections)
  }
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.name_prefix}-mysql84"
  family      = "mysql8.4"
  description = "TLS only, utf8mb4, slow queries logged"

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }
}
