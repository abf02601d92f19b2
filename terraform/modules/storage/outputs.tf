output "pictures" {
  description = "The bucket of the pictures: name and arn."
  value       = { name = aws_s3_bucket.this["pictures"].id, arn = aws_s3_bucket.this["pictures"].arn }
}

output "artifacts" {
  description = "The bucket of what is deployed: name and arn; known when it keeps versions."
  value       = { name = aws_s3_bucket.this["artifacts"].id, arn = aws_s3_bucket.this["artifacts"].arn }
  depends_on  = [aws_s3_bucket_versioning.this, aws_s3_bucket_policy.this]
}

output "access_logs_name" {
  description = "The bucket for the load balancer's access logs, \"\" where there is none; known when it may be written."
  value       = var.access_logs ? aws_s3_bucket.this["access-logs"].id : ""
  depends_on  = [aws_s3_bucket_policy.this]
}
