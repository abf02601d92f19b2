resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_76:waf_managed_rules has the rule against Log4j; there is no Java here
  name               = var.name_prefix
  load_balancer_type = "application"
  internal           = false
  subnets            = var.subnet_ids
  security_groups    = [var.security_group_id]

  idle_timeout               = 180 # 20 large files from a browser without scripts; nginx keeps connections for longer
  drop_invalid_header_fields = true
  enable_deletion_protection = var.deletion_protection

  dynamic "access_logs" {
    for_each = var.access_log_bucket != "" ? [var.access_log_bucket] : []

    content {
      enabled = true
      bucket  = access_logs.value
    }
  }
}

resource "aws_lb_target_group" "web" {
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer; in the VPC only it may reach the instances
  name                 = "${var.name_prefix}-web"
  vpc_id               = var.vpc_id
  port                 = 5000
  protocol             = "HTTP"
  target_type          = "instance"
  deregistration_delay = 300 # an upload of 500 MB takes minutes; only then is the instance told to stop

  # A page in the cache may cost a millisecond, an upload minutes: the next request goes to who has least to do …
  load_balancing_algorithm_type = "least_outstanding_requests"

  # … and for ten minutes to the same instance: while a new version takes over, a page and its files belong together.
  stickiness {
    enabled         = true
    type            = "lb_cookie"
    cookie_duration = 600
  }

  health_check {
    path                = "/healthz" # answered without the database: a database in trouble stops no instance
    matcher             = "200"
    interval            = 15
    timeout             = 10 # under full load it waits for a thread like every page
    healthy_threshold   = 2
    unhealthy_threshold = 5
  }
}
