locals {
  # Keys in the bucket; processors/ and site/ use the same (tests/terraform/test_contract.py).
  prefixes = { uploads = "uploads/", previews = "previews/", thumbnails = "thumbnails/" }

  database_environment = {
    DATABASE_HOST = module.database.host
    DATABASE_PORT = tostring(module.database.port)
    DATABASE_NAME = module.database.name
  }

  function_environment = merge(local.database_environment, {
    TARGET_S3_PREFIX    = local.prefixes.thumbnails
    DATABASE_SECRET_ARN = module.secrets.functions_database_arn
    DATABASE_CA         = "/var/task/rds-ca.pem"
    PUBLISH             = var.publish
  })

  packages = { for name, object in aws_s3_object.artifact : name => {
    bucket  = object.bucket
    key     = object.key
    version = object.version_id
    hash    = fileexists(local.artifacts[name]) ? filebase64sha256(local.artifacts[name]) : ""
  } }
}

module "events" {
  source = "./modules/events"

  name_prefix    = var.name_prefix
  bucket         = module.storage.pictures
  uploads_prefix = local.prefixes.uploads
}

module "thumbnail" {
  source = "./modules/processor"

  name                = "thumbnail"
  name_prefix         = var.name_prefix
  package             = local.packages.thumbnail
  memory_mb           = var.thumbnail_memory_mb
  maximum_concurrency = var.function_concurrency
  environment         = local.function_environment
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.security.ids.functions
  topic_arn           = module.events.topic_arn
  bucket_arn          = module.storage.pictures.arn
  reads               = [local.prefixes.uploads]
  writes              = [local.prefixes.previews, local.prefixes.thumbnails]
  secret_arns         = [module.secrets.functions_database_arn]
  log_retention_days  = var.log_retention_days
}

module "annotation" {
  source = "./modules/processor"

  name                = "annotation"
  name_prefix         = var.name_prefix
  package             = local.packages.annotation
  memory_mb           = 592
  maximum_concurrency = var.function_concurrency
  environment = merge(
    local.function_environment,
    local.captioner_environment,
    { ANNOTATION_LANGUAGE = var.annotation_language },
    local.model_key == "gemini" ? { GEMINI_SECRET_ARN = module.secrets.model_key_arn } : {},
    local.model_key == "caption" ? { CAPTION_SECRET_ARN = module.secrets.model_key_arn } : {},
  )
  subnet_ids         = module.network.private_subnet_ids
  security_group_id  = module.security.ids.functions
  topic_arn          = module.events.topic_arn
  bucket_arn         = module.storage.pictures.arn
  reads              = [local.prefixes.previews, local.prefixes.uploads]
  writes             = []
  secret_arns        = concat([module.secrets.functions_database_arn], local.model_key == "" ? [] : [module.secrets.model_key_arn])
  log_retention_days = var.log_retention_days
}

locals {
  # kind of job -> its processor
  processors = { thumbnail = module.thumbnail, annotation = module.annotation }
}
