output "host" {
  description = "The host name of the server."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "The TCP port of the server."
  value       = aws_db_instance.this.port
}

output "name" {
  description = "The database in it."
  value       = aws_db_instance.this.db_name
}

output "identifier" {
  description = "The instance's name in RDS."
  value       = aws_db_instance.this.identifier
}

output "secret_arn" {
  description = "RDS's secret with username and password, nothing else."
  value       = one(aws_db_instance.this.master_user_secret[*].secret_arn)

  # A database that was restored or imported has none until it is asked for.
  precondition {
    condition     = one(aws_db_instance.this.master_user_secret[*].secret_arn) != null
    error_message = "RDS keeps no password for the database ${var.name_prefix}. Run `aws rds modify-db-instance --db-instance-identifier ${var.name_prefix} --manage-master-user-password --apply-immediately`, wait until its MasterUserSecret is active, then apply again."
  }
}

output "max_connections" {
  description = "How many connections the server takes."
  value       = var.max_connections
}
