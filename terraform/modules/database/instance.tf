resource "aws_db_subnet_group" "this" {
  name       = var.name_prefix
  subnet_ids = var.subnet_ids
}

# Its id is drawn when the stack is made and kept, so that the last snapshot of this database has a name that no former
# one has: AWS refuses a name twice, and then nothing could be destroyed.
resource "terraform_data" "birth" {}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:enhanced monitoring is an agent for processes on the server; the alarms use what RDS reports by itself
  #checkov:skip=CKV_AWS_161:passwords are in Secrets Manager and rotate; tokens of IAM would be one more way in that nobody uses
  #checkov:skip=CKV_AWS_353:RDS refuses it for the default class, db.t3.micro; slow queries are logged
  identifier     = var.name_prefix
  db_name        = "image_annotations_db"
  port           = 3306
  engine         = "mysql"
  engine_version = "8.4"
  instance_class = var.instance_class
  multi_az       = var.multi_az

  # RDS makes the password, keeps it in Secrets Manager and rotates it; Terraform never sees it.
  username                    = "admin"
  manage_master_user_password = true

  storage_type          = "gp3"
  allocated_storage     = 20
  max_allocated_storage = 100
  storage_encrypted     = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1" # the authority of deploy/rds-ca.pem
  parameter_group_name   = aws_db_parameter_group.this.name

  apply_immediately          = var.apply_immediately
  backup_retention_period    = 7
  backup_window              = "03:00-04:00"
  maintenance_window         = "sun:04:30-sun:05:30"
  copy_tags_to_snapshot      = true
  auto_minor_version_upgrade = true
  engine_lifecycle_support   = "open-source-rds-extended-support-disabled" # never pay for a version that is out of date
  deletion_protection        = var.deletion_protection
  skip_final_snapshot        = !var.final_snapshot
  final_snapshot_identifier  = "${var.name_prefix}-final-${substr(terraform_data.birth.id, 0, 8)}"
  delete_automated_backups   = false # they outlive the database by their seven days

  enabled_cloudwatch_logs_exports = ["error", "slowquery"]
  depends_on                      = [aws_cloudwatch_log_group.this]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's key
  for_each = toset(["error", "slowquery"])

  name              = "/aws/rds/instance/${var.name_prefix}/${each.key}"
  retention_in_days = var.log_retention_days
}
