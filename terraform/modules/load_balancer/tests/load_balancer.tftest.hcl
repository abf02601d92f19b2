mock_provider "aws" {
  mock_resource "aws_lb" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/t/0123456789abcdef" }
  }
  mock_resource "aws_lb_target_group" {
    defaults = { arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/t/0123456789abcdef" }
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

run "neither_a_certificate_nor_a_limit_that_aws_knows" {
  command = plan
  variables {
    certificate_arn = "arn:aws:iam::123456789012:server-certificate/old"
    waf_rate_limit  = 5
  }
  expect_failures = [var.certificate_arn, var.waf_rate_limit]
}
