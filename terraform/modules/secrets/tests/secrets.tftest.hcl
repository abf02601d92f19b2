mock_provider "aws" {
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s", id = "arn:aws:secretsmanager:us-east-1:123456789012:secret:s" }
  }
}

variables {
  name_prefix            = "t"
  model_key              = "gemini"
  secret_key             = "0123456789012345678901234567890123456789012345678901234567890123"
  secret_key_version     = 1
  functions_password     = "0123456789012345678901234567890123456789"
  database_users_version = 1
}

run "it_works" {
  assert {
    condition     = aws_secretsmanager_secret.model_key["gemini"].name_prefix == "t-gemini-key-" && output.model_key_arn == aws_secretsmanager_secret.model_key["gemini"].arn && aws_secretsmanager_secret.secret_key.name_prefix == "t-secret-key-"
    error_message = "The key of Gemini and Django's own."
  }
  assert {
    condition     = aws_secretsmanager_secret.functions_database.name_prefix == "t-functions-database-" && output.functions_database_arn == aws_secretsmanager_secret.functions_database.arn
    error_message = "The functions' user of the database."
  }
  assert {
    condition     = aws_secretsmanager_secret.metrics_token.name_prefix == "t-metrics-token-" && output.metrics_token_arn == aws_secretsmanager_secret.metrics_token.arn
    error_message = "The token of monitoring; nobody but a person puts one in."
  }
}

run "no_value_is_kept" {
  assert {
    condition     = aws_secretsmanager_secret_version.secret_key.secret_string_wo == null && aws_secretsmanager_secret_version.secret_key.secret_string == null
    error_message = "The value is written and forgotten."
  }
  assert {
    condition     = aws_secretsmanager_secret_version.functions_database.secret_string_wo == null && aws_secretsmanager_secret_version.functions_database.secret_string == null
    error_message = "So is the password."
  }
}

run "the_key_of_another_server_has_a_secret_of_its_own" {
  variables {
    model_key = "caption"
  }
  assert {
    condition     = [for secret in aws_secretsmanager_secret.model_key : secret.name_prefix] == ["t-caption-key-"]
    error_message = "Gemini's key must not be where the key of another server is looked for."
  }
}

run "no_key_no_secret" {
  variables {
    model_key = ""
  }
  assert {
    condition     = length(aws_secretsmanager_secret.model_key) == 0 && output.model_key_arn == null
    error_message = "What needs no key costs no secret."
  }
}

run "a_key_of_somebody_else" {
  command = plan
  variables {
    model_key = "claude"
  }
  expect_failures = [var.model_key]
}

run "a_short_key_of_version_zero" {
  command = plan
  variables {
    secret_key         = "short"
    secret_key_version = 0
  }
  expect_failures = [var.secret_key, var.secret_key_version]
}

run "a_short_password_of_half_a_version" {
  command = plan
  variables {
    functions_password     = "0123456789012345678"
    database_users_version = 1.5
  }
  expect_failures = [var.functions_password, var.database_users_version]
}
