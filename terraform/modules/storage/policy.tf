locals {
  # The load balancer writes its log as a service of AWS; the path has the load balancer's account in it, so no other
  # account's gets in:
  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  log_writer = {
    access-logs = [
      {
        Sid       = "LoadBalancerWritesItsLog"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = ["${try(aws_s3_bucket.this["access-logs"].arn, "")}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"]
      },
      {
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
        Sid       = "S3WritesItsLogs"
        Effect    = "Allow"
        Principal = { Service = "logging.s3.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = [for name in ["pictures", "artifacts"] : "${try(aws_s3_bucket.this["access-logs"].arn, "")}/${name}/*"]
        Condition = {
          ArnEquals    = { "aws:SourceArn" = [for name in ["pictures", "artifacts"] : aws_s3_bucket.this[name].arn] }
          StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id }
        }
      },
    ]
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each = aws_s3_bucket.this

  bucket = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      lookup(local.log_writer, each.key, []),
    )
  })
  depends_on = [aws_s3_bucket_public_access_block.this]
}
