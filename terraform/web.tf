locals {
  site_url = var.site_url != "" ? var.site_url : "http://${lower(module.load_balancer.dns_name)}"

  # What the site reads, see site/config/settings.py and deploy/gunicorn.conf.py. An instance keeps it in
  # /etc/image_app.env. No secrets, only their ARNs.
  web_environment = merge(local.database_environment, local.captioner_environment, {
    S3_BUCKET               = module.storage.pictures.name
    AWS_REGION              = var.region
    QUEUES                  = join(",", [for kind, processor in local.processors : "${kind}=${processor.queue.url}"])
    DATABASE_CA             = "/var/www/app/deploy/rds-ca.pem"
    DATABASE_SECRET_ARN     = module.database.secret_arn
    SECRET_KEY_ARN          = module.secrets.secret_key_arn
    SITE_URL                = local.site_url
    BIND                    = "unix:/run/image_app/gunicorn.sock" # nginx listens on :5000
    STATIC_ROOT             = "/var/www/app/static-collected"
    VAR_DIR                 = "/var/lib/image_app"
    ANNOTATION_LANGUAGE     = var.annotation_language
    OPERATOR_CONTACT        = var.operator_contact
    ALLOW_HTTP_LOGIN        = var.allow_http_login ? "yes" : ""
    UPLOADS_PER_DAY         = tostring(var.uploads_per_day)
    UPLOAD_CPU_PER_DAY      = tostring(var.upload_cpu_per_day)
    MAX_STORED_GB           = tostring(var.max_stored_gb)
    PUBLISH                 = var.publish
    METRICS_TOKEN_ARN       = module.secrets.metrics_token_arn
    ORIGINALS_FOR_EVERYBODY = var.originals_for_everybody ? "yes" : ""
    # For `manage.py database_users` alone; the site itself logs in as the master.
    FUNCTIONS_DATABASE_SECRET_ARN = module.secrets.functions_database_arn
    DEAD_LETTER_QUEUES            = join(",", [for kind, processor in local.processors : "${kind}=${processor.dead_letters.url}"])
    }, local.model_key == "caption" ? {
    # That there is a key, which an instance may not read: so captions cost something.
    CAPTION_SECRET_ARN = module.secrets.model_key_arn
  } : {})

  web_log_group = "/${var.name_prefix}/web"

  # Where CloudWatch's agent on an instance, and the filters of the functions' logs, put what they count.
  metrics_namespace = "ImageAnnotations/${var.name_prefix}"
}

module "load_balancer" {
  source = "./modules/load_balancer"

  name_prefix         = var.name_prefix
  vpc_id              = module.network.vpc_id
  subnet_ids          = module.network.public_subnet_ids
  security_group_id   = module.security.ids.load_balancer
  certificate_arn     = var.certificate_arn
  access_log_bucket   = module.storage.access_logs_name
  waf_rate_limit      = var.waf_rate_limit
  waf_managed_rules   = var.waf_managed_rules
  log_retention_days  = var.log_retention_days
  deletion_protection = var.deletion_protection
}

module "web" {
  source = "./modules/web"

  name_prefix       = var.name_prefix
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.security.ids.web
  target_group_arn  = module.load_balancer.target_group_arn
  instance_type     = var.instance_type
  ami_id            = var.ami_id
  ami_version       = var.ami_version
  key_name          = join("", aws_key_pair.admin[*].key_name)
  capacity          = var.web_capacity

  user_data = templatefile("${path.root}/../deploy/user_data.sh", {
    region          = var.region
    artifact_bucket = module.storage.artifacts.name
    app_key         = aws_s3_object.artifact["app"].key
    app_version_id  = aws_s3_object.artifact["app"].version_id
    log_group       = local.web_log_group
    group           = "${var.name_prefix}-web"
    releases        = { for processor in local.processors : processor.function_name => processor.version }
    environment     = local.web_environment

    metrics_namespace = local.metrics_namespace
  })

  app_object_arn     = "${module.storage.artifacts.arn}/${aws_s3_object.artifact["app"].key}"
  bucket_arn         = module.storage.pictures.arn
  prefixes           = values(local.prefixes)
  uploads_prefix     = local.prefixes.uploads
  queue_arns         = [for processor in local.processors : processor.queue.arn]
  function_arns      = [for processor in local.processors : processor.function_arn]
  secret_arns        = [module.database.secret_arn, module.secrets.functions_database_arn, module.secrets.secret_key_arn, module.secrets.metrics_token_arn]
  dead_letter_arns   = [for processor in local.processors : processor.dead_letters.arn]
  secret_key_version = var.secret_key_version
  metrics_namespace  = local.metrics_namespace
  log_group_name     = local.web_log_group
  log_retention_days = var.log_retention_days

  database_users_version = var.database_users_version
}
