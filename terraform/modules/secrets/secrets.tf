# Names get a random ending: a secret that was deleted keeps its name for 30 days, and a new stack would not start.

# Made empty. A person puts the key in, so that it passes through no file of Terraform's. Another captioner's key has
# another secret: what is in it never goes to a server that it is not for.
resource "aws_secretsmanager_secret" "model_key" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's key
  #checkov:skip=CKV2_AWS_57:a vendor's key can't be rotated by AWS; docs/deploy.md says how a person does it
  for_each = toset(compact([var.model_key]))

  name_prefix = "${var.name_prefix}-${each.key}-key-"
  description = "The key for the model that writes captions, put in by hand"
}

moved {
  from = aws_secretsmanager_secret.gemini_key
  to   = aws_secretsmanager_secret.model_key["gemini"]
}

# Made empty too: without a token in it /metrics answers nobody from outside.
resource "aws_secretsmanager_secret" "metrics_token" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's key
  #checkov:skip=CKV2_AWS_57:what reads /metrics must get each new token as well; a person does both
  name_prefix = "${var.name_prefix}-metrics-token-"
  description = "The token with which monitoring reads /metrics, put in by hand"
}

resource "aws_secretsmanager_secret" "secret_key" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's key
  #checkov:skip=CKV2_AWS_57:rotated by raising secret_key_version; each rotation signs everybody out
  name_prefix = "${var.name_prefix}-secret-key-"
  description = "Django's SECRET_KEY, which signs sessions and forms"
}

resource "aws_secretsmanager_secret_version" "secret_key" {
  secret_id                = aws_secretsmanager_secret.secret_key.id
  secret_string_wo         = var.secret_key
  secret_string_wo_version = var.secret_key_version
}

# The functions' own user of the database, which `manage.py database_users` makes.
resource "aws_secretsmanager_secret" "functions_database" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's key
  #checkov:skip=CKV2_AWS_57:rotated by raising database_users_version; AWS's rotation would need a function that is the database's master
  name_prefix = "${var.name_prefix}-functions-database-"
  description = "Username and password of the functions' user of the database"
}

resource "aws_secretsmanager_secret_version" "functions_database" {
  secret_id                = aws_secretsmanager_secret.functions_database.id
  secret_string_wo         = jsonencode({ username = "functions", password = var.functions_password })
  secret_string_wo_version = var.database_users_version
}
