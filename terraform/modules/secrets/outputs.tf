output "functions_database_arn" {
  description = "The secret with username and password of the functions' user of the database; known when it has a value."
  value       = aws_secretsmanager_secret.functions_database.arn
  depends_on  = [aws_secretsmanager_secret_version.functions_database]
}

output "model_key_arn" {
  description = "The secret for the key of the model that writes captions; null where there is none."
  value       = one([for secret in aws_secretsmanager_secret.model_key : secret.arn])
}

output "metrics_token_arn" {
  description = "The secret for the token with which monitoring reads /metrics."
  value       = aws_secretsmanager_secret.metrics_token.arn
}

output "secret_key_arn" {
  description = "The secret with Django's SECRET_KEY; known when it has a value."
  value       = aws_secretsmanager_secret.secret_key.arn
  depends_on  = [aws_secretsmanager_secret_version.secret_key]
}
