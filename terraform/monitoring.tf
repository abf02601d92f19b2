module "monitoring" {
  source = "./modules/monitoring"

  name_prefix        = var.name_prefix
  email              = var.alarm_email
  load_balancer      = module.load_balancer.metric_names
  auto_scaling_group = module.web.group_name
  functions          = { thumbnail = module.thumbnail.function_name, annotation = module.annotation.function_name }
  database           = { identifier = module.database.identifier, max_connections = module.database.max_connections }
  dead_letter_queues = {
    thumbnail  = module.thumbnail.dead_letters.name
    annotation = module.annotation.dead_letters.name
  }
}
