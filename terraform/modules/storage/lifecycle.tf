resource "aws_s3_bucket_lifecycle_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    id     = "incomplete-uploads"
    status = "Enabled"
    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }

  rule {
    id     = "old-objects"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = each.value.replaced_days
    }

    # An object that expires leaves a marker, as one that is deleted does, and thousands of them slow down lists. Where
    # there are days, S3 takes the markers away by itself, and refuses to be told so:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    expiration {
      days                         = each.value.days > 0 ? each.value.days : null
      expired_object_delete_marker = each.value.days > 0 ? null : true
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
