# Names get a random ending: a secret that was deleted keeps its name for 30 days, and a new stack would not start.

# Made empty. A person puts the key in, so that it passes through no file of Terraform's.
resource "aws_secretsmanager_secret" "gemini_key" {
  #checkov:skip=CKV_AWS_149:encrypted with AWS's key
  #checkov:skip=CKV2_AWS_57:Google's keys can't be rotated by AWS; docs/deploy.md says how a person does it
  name_prefix = "${var.name_prefix}-gemini-key-"
  description = "The key of Google's Gemini API, put in by hand"
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
