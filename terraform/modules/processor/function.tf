locals {
  name = "${var.name_prefix}-${var.name}"
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_50:X-Ray costs per trace; the log names each upload and its outcome
  #checkov:skip=CKV_AWS_272:the zip comes by its sha256 from a bucket that only administrators write
  #checkov:skip=CKV_AWS_173:the environment holds no secret, only ARNs and names
  #checkov:skip=CKV_AWS_115:what limits it is the queue's maximum_concurrency; new accounts can reserve nothing
  #checkov:skip=CKV_AWS_116:the queue that it reads has the dead letters
  function_name = local.name
  description   = "Makes the ${var.name} of each upload."
  role          = aws_iam_role.this.arn

  runtime       = "python3.13"
  architectures = ["x86_64"]
  handler       = "processors.${var.name}.handler"
  memory_size   = var.memory_mb
  timeout       = local.timeout
  publish       = true

  s3_bucket         = var.package.bucket
  s3_key            = var.package.key
  s3_object_version = var.package.version
  source_code_hash  = var.package.hash

  environment {
    variables = var.environment
  }

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = [var.security_group_id]
  }

  # Lambda makes its network interfaces and its log group by itself; it must have the right first, and find the group.
  depends_on = [aws_iam_role_policy.this, aws_cloudwatch_log_group.this]
}

# What the queue invokes. A new version stays idle until an instance of the same release has migrated the database and
# moves the alias to it (deploy/user_data.sh), so Terraform only makes it.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that works on uploads"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [function_version]
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's key; the log holds no secret and no picture
  name              = "/aws/lambda/${local.name}"
  retention_in_days = var.log_retention_days
}
