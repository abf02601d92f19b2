mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:topic" }
  }
}

variables {
  name_prefix    = "t"
  bucket         = { name = "pictures", arn = "arn:aws:s3:::pictures" }
  uploads_prefix = "uploads/"
}

run "it_works" {
  assert {
    condition     = aws_sns_topic.uploads.name == "t-snsUploadsForProcessing"
    error_message = "The topic's name."
  }
  assert {
    condition = (
      aws_s3_bucket_notification.uploads.topic[0].filter_prefix == "uploads/" &&
      aws_s3_bucket_notification.uploads.topic[0].events == toset(["s3:ObjectCreated:*"])
    )
    error_message = "Only uploads are announced; thumbnails would make thumbnails of themselves."
  }
}

run "only_this_bucket_of_this_account" {
  assert {
    condition = jsondecode(aws_sns_topic_policy.uploads.policy).Statement == [{
      Sid       = "TheBucketAnnouncesUploads"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = "arn:aws:sns:us-east-1:123456789012:topic"
      Condition = {
        ArnEquals    = { "aws:SourceArn" = "arn:aws:s3:::pictures" }
        StringEquals = { "aws:SourceAccount" = "123456789012" }
      }
    }]
    error_message = "Nobody else may publish."
  }
}

run "everything_is_no_prefix" {
  command = plan
  variables {
    uploads_prefix = ""
  }
  expect_failures = [var.uploads_prefix]
}
