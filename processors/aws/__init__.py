"""What only the Lambda functions need: S3, Secrets Manager, MySQL and the environment that Terraform sets. Imported by
the handlers alone, so that one machine runs without boto3 and PyMySQL."""
