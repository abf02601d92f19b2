# What a person needs next.

locals {
  first_instance    = "aws autoscaling describe-auto-scaling-groups --region ${var.region} --auto-scaling-group-names ${module.web.group_name} --query \"AutoScalingGroups[0].Instances[?LifecycleState=='InService']|[0].InstanceId\" --output text"
  put_what_is_read  = "read -rs KEY && printf %s \"$KEY\" | aws secretsmanager put-secret-value --region ${var.region} --secret-string file:///dev/stdin --secret-id"
  put_model_key     = "printf 'Key: '; ${local.put_what_is_read} ${coalesce(module.secrets.model_key_arn, "none")}; unset KEY"
  put_metrics_token = "printf 'Token: '; ${local.put_what_is_read} ${module.secrets.metrics_token_arn}; unset KEY"
  no_key_needed     = "echo 'This captioner needs no key.'"
  start_session     = "aws ssm start-session --region ${var.region} --target \"$(${local.first_instance})\""
}

output "site_url" {
  description = "Open this."
  value       = local.site_url
}

output "load_balancer_dns_name" {
  description = "Where a DNS record of your own points to (CNAME, or an alias in Route 53)."
  value       = module.load_balancer.dns_name
}

output "set_model_key" {
  description = "Put the captioner's key in with this: it asks for the key, which so gets into no history and no file."
  value       = local.model_key == "" ? local.no_key_needed : local.put_model_key
}

output "set_metrics_token" {
  description = "Put the token in with which monitoring reads /metrics, as the captioner's key. An instance reads it when it starts."
  value       = local.put_metrics_token
}

output "open_shell" {
  description = "A shell on a web instance, by Session Manager."
  value       = local.start_session
}

output "open_tunnel" {
  description = "A way to log in without a certificate: while this runs, http://127.0.0.1:5000 on your machine is the site, and what you send is encrypted by Session Manager."
  value       = "${local.start_session} --document-name AWS-StartPortForwardingSession --parameters '{\"portNumber\":[\"5000\"],\"localPortNumber\":[\"5000\"]}'"
}

output "availability_zones" {
  description = "The zones that the stack is in."
  value       = local.zones
}

output "bastion" {
  description = "Address and id of the bastion, null where there is none."
  value       = one([for bastion in module.bastion : { address = bastion.public_ip, instance_id = bastion.instance_id }])
}

output "dashboard_url" {
  description = "The dashboard in CloudWatch."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.monitoring.dashboard}"
}

output "log_groups" {
  description = "Where to read what happened."
  value = {
    web        = module.web.log_group
    thumbnail  = module.thumbnail.log_group
    annotation = module.annotation.log_group
  }
}

output "bucket" {
  description = "The bucket of the pictures. What is copied under uploads/ is taken up too."
  value       = module.storage.pictures.name
}

output "artifacts_bucket" {
  description = "The bucket of what is deployed."
  value       = module.storage.artifacts.name
}

output "topic_arn" {
  description = "The topic that announces uploads."
  value       = module.events.topic_arn
}

output "functions" {
  description = "Processor -> name of its function."
  value       = { for kind, processor in local.processors : kind => processor.function_name }
}

output "queues" {
  description = "Processor -> URL of the queue that it works on."
  value       = { for kind, processor in local.processors : kind => processor.queue.url }
}

output "dead_letter_queues" {
  description = "Processor -> URL of its queue of failed messages."
  value       = { for kind, processor in local.processors : kind => processor.dead_letters.url }
}

output "releases" {
  description = "Function -> the version that was published last. Its alias `live` names it once an instance has moved it."
  value       = { for processor in local.processors : processor.function_name => processor.version }
}

output "auto_scaling_group" {
  description = "The group of the web instances."
  value       = module.web.group_name
}

output "database" {
  description = "Name of the database instance in RDS, and the secret with its username and password."
  value       = { identifier = module.database.identifier, secret_arn = module.database.secret_arn }
}

output "database_connections" {
  description = "How many connections to the database there may be at once: of instances, functions and people, and together."
  value       = merge(local.connections, { together = local.max_connections })
}

output "model_key_arn" {
  description = "The secret for the captioner's key, null where it needs none."
  value       = module.secrets.model_key_arn
}

output "functions_security_group" {
  description = "The security group of the functions. A model's server of your own in the VPC lets it in on the port of caption_url."
  value       = module.security.ids.functions
}

output "web_environment" {
  description = "The environment variables of the site on an instance."
  value       = local.web_environment
}
