data "aws_caller_identity" "current" {}

# Fans each upload out to both functions.
resource "aws_sns_topic" "uploads" {
  #checkov:skip=CKV_AWS_26:messages hold names of bucket and object; S3 could not use AWS's own key, ours costs money
  name = "${var.name_prefix}-snsUploadsForProcessing"
}

# S3 may publish for this bucket of this account; the site has its right from its role.
resource "aws_sns_topic_policy" "uploads" {
  arn = aws_sns_topic.uploads.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TheBucketAnnouncesUploads"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "SNS:Publish"
      Resource  = aws_sns_topic.uploads.arn
      Condition = {
        ArnEquals    = { "aws:SourceArn" = var.bucket.arn }
        StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
      }
    }]
  })
}

resource "aws_s3_bucket_notification" "uploads" {
  bucket = var.bucket.name

  topic {
    id            = "uploads"
    topic_arn     = aws_sns_topic.uploads.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.uploads_prefix
  }

  depends_on = [aws_sns_topic_policy.uploads] # S3 tries the topic at once and refuses one that it may not use
}
