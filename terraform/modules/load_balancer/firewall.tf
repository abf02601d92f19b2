locals {
  firewall = var.waf_rate_limit > 0 ? 1 : 0
}

resource "aws_wafv2_web_acl" "this" {
  #checkov:skip=CKV_AWS_192:there is no Java here, so no Log4j
  #checkov:skip=CKV2_AWS_31:the rule counts and blocks; its metrics say how often, a log of each request would cost more
  count = local.firewall

  name        = var.name_prefix
  description = "Blocks addresses that send too many requests"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "rate-for-each-address"
    priority = 1

    action {
      block {}
    }

    statement {
      rate_based_statement {
        limit              = var.waf_rate_limit
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name_prefix}-rate"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name_prefix
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  count = local.firewall

  resource_arn = aws_lb.this.arn
  web_acl_arn  = aws_wafv2_web_acl.this[0].arn
}
