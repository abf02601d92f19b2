mock_provider "aws" {}

variables {
  name_prefix          = "t"
  name                 = "thumbnail"
  package              = { bucket = "artifacts", key = "thumbnail.zip", version = "v1", hash = "aGFzaA==" }
  memory_mb            = 512
  reserved_concurrency = -1
  environment          = {}
  subnet_ids           = ["subnet-1"]
  security_group_id    = "sg-1"
  topic_arn            = "arn:aws:sns:us-east-1:123456789012:topic"
  bucket_arn           = "arn:aws:s3:::pictures"
  reads                = ["uploads/"]
  writes               = []
  secret_arns          = []
  log_retention_days   = 30
}

run "an_unknown_processor" {
  command = plan
  variables {
    name = "translation"
  }
  expect_failures = [var.name]
}

run "too_little_memory" {
  command = plan
  variables {
    memory_mb = 64
  }
  expect_failures = [var.memory_mb]
}

run "a_function_that_never_runs" {
  command = plan
  variables {
    reserved_concurrency = 0
  }
  expect_failures = [var.reserved_concurrency]
}
