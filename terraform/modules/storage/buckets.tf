data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  # What all buckets have in common is said once, below. Days: how long an object lives (0: for ever), and how long
  # one that was replaced or deleted can be brought back. So a picture that somebody deletes is gone from the site at
  # once, and from S3 after 30 days; who must have it gone earlier deletes its versions (docs/deploy.md, "Restore").
  buckets = merge(
    {
      pictures  = { days = 0, replaced_days = 30 }  # uploads/, previews/, thumbnails/
      artifacts = { days = 0, replaced_days = 365 } # app.zip and the functions' zips
    },
    var.access_logs ? { access-logs = { days = 30, replaced_days = 1 } } : {},
  )
}

# Bucket names are one namespace for the whole world, hence account and region.
resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_145:encrypted with S3's key; KMS would cost a request for each picture and keep no reader out
  #checkov:skip=CKV_AWS_144:one region; a replica doubles the cost, versioning guards against mistakes
  #checkov:skip=CKV2_AWS_62:only pictures has events, and they are in the module events
  for_each = local.buckets

  bucket        = "${var.name_prefix}-${each.key}-${data.aws_caller_identity.current.account_id}-${data.aws_region.current.id}"
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = local.buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}
