# Where data lives: pictures, rows and secrets.
module "storage" {
  source = "./modules/storage"

  name_prefix   = var.name_prefix
  access_logs   = var.access_logs
  force_destroy = var.force_destroy
}

module "database" {
  source = "./modules/database"

  name_prefix         = var.name_prefix
  subnet_ids          = module.network.database_subnet_ids
  security_group_id   = module.security.ids.database
  instance_class      = var.database_instance_class
  multi_az            = var.database_multi_az
  max_connections     = local.max_connections
  apply_immediately   = var.apply_immediately
  deletion_protection = var.deletion_protection
  final_snapshot      = var.final_snapshot
  log_retention_days  = var.log_retention_days
}

# Made anew at each run and forgotten after it; written only when secret_key_version or database_users_version changes.
ephemeral "aws_secretsmanager_random_password" "secret_key" {
  password_length = 64
}

ephemeral "aws_secretsmanager_random_password" "functions" {
  password_length = 40
}

module "secrets" {
  source = "./modules/secrets"

  name_prefix            = var.name_prefix
  model_key              = local.model_key
  secret_key             = ephemeral.aws_secretsmanager_random_password.secret_key.random_password
  secret_key_version     = var.secret_key_version
  functions_password     = ephemeral.aws_secretsmanager_random_password.functions.random_password
  database_users_version = var.database_users_version
}
