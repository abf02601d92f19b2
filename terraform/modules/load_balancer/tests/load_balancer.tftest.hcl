mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/t/0123456789abcdef" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0123456789abcdef" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-t" }
  }
  mock_resource "aws_wafv2_web_acl" {
    defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/t/01234567-0123-0123-0123-0123456789ab" }
  }
}

variables {
  name_prefix         = "t"
  vpc_id              = "vpc-1"
  subnet_ids          = ["subnet-1", "subnet-2"]
  security_group_id   = "sg-1"
  certificate_arn     = ""
  access_log_bucket   = ""
  waf_rate_limit      = 0
  waf_managed_rules   = false
  log_retention_days  = 30
  deletion_protection = true
}

run "it_works" {
  assert {
    condition     = !aws_lb.this.internal && aws_lb_target_group.web.port == 5000 && aws_lb_target_group.web.health_check[0].path == "/healthz"
    error_message = "Internet-facing, to port 5000, healthy by /healthz."
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "forward" && length(aws_lb_listener.https) == 0
    error_message = "Without a certificate, HTTP."
  }
  assert {
    condition     = length(aws_wafv2_web_acl.this) == 0 && length(aws_lb.this.access_logs) == 0 && aws_lb.this.enable_deletion_protection
    error_message = "Options are off, protection is on."
  }
}

run "a_visitor_stays_with_a_version" {
  assert {
    condition     = aws_lb_target_group.web.stickiness[0].enabled && aws_lb_target_group.web.stickiness[0].type == "lb_cookie" && aws_lb_target_group.web.stickiness[0].cookie_duration == 600
    error_message = "A page and its files come from one instance."
  }
  assert {
    condition     = aws_lb_target_group.web.load_balancing_algorithm_type == "least_outstanding_requests" && aws_lb.this.idle_timeout == 180
    error_message = "Uploads take long: to who has least to do, and with patience."
  }
}

run "with_a_certificate" {
  variables {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "HTTP leads to HTTPS."
  }
  assert {
    condition     = strcontains(aws_lb_listener.https[0].ssl_policy, "TLS13")
    error_message = "TLS 1.3."
  }
}

run "with_everything" {
  variables {
    access_log_bucket = "logs"
    waf_rate_limit    = 2000
  }
  assert {
    condition     = aws_lb.this.access_logs[0].enabled && aws_lb.this.access_logs[0].bucket == "logs"
    error_message = "Access logs."
  }
  assert {
    condition     = one(one(one(aws_wafv2_web_acl.this[0].rule).statement).rate_based_statement).limit == 2000
    error_message = "One rule, by address."
  }
}

run "managed_rules" {
  variables {
    waf_managed_rules = true
  }
  assert {
    condition = toset([for rule in aws_wafv2_web_acl.this[0].rule : rule.statement[0].managed_rule_group_statement[0].name]) == toset([
      "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet",
    ])
    error_message = "AWS's rules alone, without a rate."
  }
  assert {
    condition = alltrue([for override in flatten([for rule in aws_wafv2_web_acl.this[0].rule : rule.statement[0].managed_rule_group_statement[0].rule_action_override]) :
    endswith(override.name, "_BODY") && length(override.action_to_use[0].count) == 1])
    error_message = "Only what looks into bodies is counted instead of blocked."
  }
  assert {
    condition     = length(flatten([for rule in aws_wafv2_web_acl.this[0].rule : rule.statement[0].managed_rule_group_statement[0].rule_action_override])) == 5
    error_message = "No picture of 25 MB gets in otherwise."
  }
}

run "what_is_blocked_is_logged" {
  variables {
    waf_rate_limit    = 2000
    waf_managed_rules = true
  }
  assert {
    condition     = length(toset([for rule in aws_wafv2_web_acl.this[0].rule : rule.priority])) == 4
    error_message = "Each rule has a place of its own."
  }
  assert {
    condition     = one(aws_wafv2_web_acl_logging_configuration.this[0].logging_filter).default_behavior == "DROP" && startswith(aws_cloudwatch_log_group.firewall[0].name, "aws-waf-logs-")
    error_message = "Nothing but what was blocked."
  }
  assert {
    condition     = toset([for field in aws_wafv2_web_acl_logging_configuration.this[0].redacted_fields : field.single_header[0].name]) == toset(["authorization", "cookie"])
    error_message = "No session and no token in a log."
  }
}

run "neither_a_certificate_nor_a_limit_that_aws_knows" {
  command = plan
  variables {
    certificate_arn = "arn:aws:iam::123456789012:server-certificate/old"
    waf_rate_limit  = 5
  }
  expect_failures = [var.certificate_arn, var.waf_rate_limit]
}
