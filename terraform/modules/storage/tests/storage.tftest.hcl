mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::a-bucket" }
  }
}

variables {
  name_prefix   = "t"
  access_logs   = false
  force_destroy = false
}

run "it_works" {
  assert {
    condition     = aws_s3_bucket.this["pictures"].bucket == "t-pictures-123456789012-us-east-1"
    error_message = "The name says whose bucket it is."
  }
  assert {
    condition     = toset(keys(aws_s3_bucket.this)) == toset(["pictures", "artifacts"]) && output.access_logs_name == ""
    error_message = "Pictures and artifacts apart, and no bucket for logs unless asked for."
  }
}

run "nothing_is_public" {
  assert {
    condition = alltrue([for block in aws_s3_bucket_public_access_block.this :
    block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "All four settings of Block Public Access, on each bucket."
  }
  assert {
    condition     = alltrue([for control in aws_s3_bucket_ownership_controls.this : control.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "No ACLs."
  }
  assert {
    condition = alltrue([for policy in aws_s3_bucket_policy.this : anytrue([for statement in jsondecode(policy.policy).Statement :
    statement.Effect == "Deny" && statement.Principal == "*" && statement.Condition.Bool["aws:SecureTransport"] == "false"])])
    error_message = "Each bucket refuses what comes without TLS."
  }
}

run "nothing_is_lost_by_mistake" {
  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"])
    error_message = "Versions are kept."
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.this : bucket.force_destroy == false])
    error_message = "A full bucket can't be destroyed unless force_destroy says so."
  }
  assert {
    condition = !anytrue([for rule in aws_s3_bucket_lifecycle_configuration.this["pictures"].rule : rule.expiration[0].days != null && rule.expiration[0].days != 0
    if length(rule.expiration) > 0])
    error_message = "Pictures never expire."
  }
  assert {
    condition     = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : anytrue([for rule in lifecycle.rule : try(rule.expiration[0].expired_object_delete_marker, false)])])
    error_message = "What is left of deleted objects goes too."
  }
}

run "access_logs" {
  variables {
    access_logs = true
  }
  assert {
    condition = anytrue([for statement in jsondecode(aws_s3_bucket_policy.this["access-logs"].policy).Statement :
    try(statement.Principal.Service, "") == "logdelivery.elasticloadbalancing.amazonaws.com" && statement.Action == "s3:PutObject"])
    error_message = "The load balancer may write its log."
  }
  assert {
    condition = { for statement in jsondecode(aws_s3_bucket_policy.this["access-logs"].policy).Statement : statement.Principal.Service => statement.Resource
      if statement.Effect == "Allow" } == {
      "logdelivery.elasticloadbalancing.amazonaws.com" = ["arn:aws:s3:::a-bucket/AWSLogs/123456789012/*"]
      "logging.s3.amazonaws.com"                       = ["arn:aws:s3:::a-bucket/pictures/*", "arn:aws:s3:::a-bucket/artifacts/*"]
    }
    error_message = "Each log has its own folder."
  }
  assert {
    condition     = contains([for rule in aws_s3_bucket_lifecycle_configuration.this["access-logs"].rule : try(rule.expiration[0].days, 0)], 30)
    error_message = "Addresses of visitors are kept for 30 days."
  }
  assert {
    condition     = { for name, logging in aws_s3_bucket_logging.this : name => logging.target_prefix } == { artifacts = "artifacts/", pictures = "pictures/" }
    error_message = "Who reads the other buckets is written down there, too."
  }
  assert {
    condition     = length(jsondecode(aws_s3_bucket_policy.this["pictures"].policy).Statement) == 1
    error_message = "And nothing among the pictures."
  }
}
