# What only the logs say, counted. A metric costs something in the hours in which it counts.
locals {
  counted = merge(
    # processors/aws/runtime.py logs JSON with the outcome of each upload
    { for processor, function in var.functions : "${processor}-failed" => { log_group = function.log_group, pattern = "{ $.outcome = \"failed\" }" } },
    !var.caption_budget ? {} : {
      "captions-paused" = { log_group = var.functions.annotation.log_group, pattern = "{ $.outcome = \"paused\" }" }
    },
    # deploy/user_data.sh says so in the instance's stream
    { "start-failed" = { log_group = var.web_log_group, pattern = "\"image_app: FAILED\"" } },
  )
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.counted

  name           = each.key
  log_group_name = each.value.log_group
  pattern        = each.value.pattern

  metric_transformation {
    namespace = var.metrics_namespace
    name      = each.key
    value     = "1"
  }
}
