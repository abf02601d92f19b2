mock_provider "aws" {}

variables {
  name_prefix         = "t"
  name                = "thumbnail"
  package             = { bucket = "artifacts", key = "thumbnail.zip", version = "v1", hash = "aGFzaA==" }
  memory_mb           = 512
  maximum_concurrency = 8
  environment         = {}
  subnet_ids          = ["subnet-1"]
  security_group_id   = "sg-1"
  topic_arn           = "arn:aws:sns:us-east-1:123456789012:topic"
  bucket_arn          = "arn:aws:s3:::pictures"
  reads               = ["uploads/"]
  writes              = []
  secret_arns         = []
  log_retention_days  = 30
}

run "an_unknown_processor_with_too_little_memory_that_never_runs" {
  command = plan
  variables {
    name                = "translation"
    memory_mb           = 64
    maximum_concurrency = 1
  }
  expect_failures = [var.name, var.memory_mb, var.maximum_concurrency]
}
