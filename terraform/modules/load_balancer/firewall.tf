locals {
  firewall = var.waf_rate_limit > 0 || var.waf_managed_rules ? 1 : 0

  # AWS's rules by name -> those of its rules that only count.
  # WAF reads the first 8 KB of a body. Each upload has more, and what a picture holds there, or a caption, looks like an
  # attack every now and then:
  # https://repost.aws/knowledge-center/waf-upload-blocked-files
  # So no rule of the common ones blocks for what is in a body. Addresses, queries, cookies and headers are left to it;
  # bodies are the site's own business: it decodes pictures in a sandbox, and escapes and parameterizes all text.
  managed_rules = {
    AWSManagedRulesAmazonIpReputationList = []
    AWSManagedRulesKnownBadInputsRuleSet  = [] # Log4j, Java's serialized objects, paths of exploits
    AWSManagedRulesCommonRuleSet = [
      "SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "EC2MetaDataSSRF_BODY",
    ]
  }
}

resource "aws_wafv2_web_acl" "this" {
  #checkov:skip=CKV_AWS_192:the rule against Log4j is in AWSManagedRulesKnownBadInputsRuleSet; checkov does not see into dynamic blocks
  count = local.firewall

  name        = var.name_prefix
  description = "Blocks addresses that send too many requests, and what AWS's rules know"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "rule" {
    for_each = var.waf_rate_limit > 0 ? [var.waf_rate_limit] : []

    content {
      name     = "rate-for-each-address"
      priority = 1

      action {
        block {}
      }

      statement {
        rate_based_statement {
          limit              = rule.value
          aggregate_key_type = "IP"
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name_prefix}-rate"
        sampled_requests_enabled   = true
      }
    }
  }

  dynamic "rule" {
    for_each = { for name, counted in local.managed_rules : name => counted if var.waf_managed_rules }

    content {
      name     = rule.key
      priority = 2 + index(keys(local.managed_rules), rule.key)

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          dynamic "rule_action_override" {
            for_each = toset(rule.value)

            content {
              name = rule_action_override.key

              action_to_use {
                count {}
              }
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "${var.name_prefix}-${rule.key}"
        sampled_requests_enabled   = true
      }
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

# Only what was blocked: who was turned away, and by which rule. Without the cookies of who is logged in.
resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count = local.firewall

  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.firewall[0].arn]

  logging_filter {
    default_behavior = "DROP"

    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"

      condition {
        action_condition {
          action = "BLOCK"
        }
      }
    }
  }

  dynamic "redacted_fields" {
    for_each = toset(["authorization", "cookie"])

    content {
      single_header {
        name = redacted_fields.key
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "firewall" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's key; a key of our own adds 1 USD a month and no reader less
  count = local.firewall

  name              = "aws-waf-logs-${var.name_prefix}" # WAF takes no other beginning
  retention_in_days = var.log_retention_days
}
