module "monitoring" {
  source = "./modules/monitoring"

  name_prefix        = var.name_prefix
  email              = var.alarm_email
  load_balancer      = module.load_balancer.metric_names
  auto_scaling_group = module.web.group_name
  web_log_group      = module.web.log_group
  metrics_namespace  = local.metrics_namespace
  topic_name         = reverse(split(":", module.events.topic_arn))[0]
  nat_gateways       = module.network.nat_gateway_ids
  monthly_budget_usd = var.monthly_budget_usd
  caption_budget     = var.annotation_budget_usd > 0 && (local.by_google || local.model_key != "")
  database = {
    identifier      = module.database.identifier
    class           = var.database_instance_class
    max_connections = module.database.max_connections
  }
  functions          = { for kind, processor in local.processors : kind => { name = processor.function_name, log_group = processor.log_group } }
  queues             = { for kind, processor in local.processors : kind => processor.queue.name }
  dead_letter_queues = { for kind, processor in local.processors : kind => processor.dead_letters.name }
}
