mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:123456789012:alarms" }
  }
}

variables {
  name_prefix        = "t"
  email              = ""
  load_balancer      = { load_balancer = "app/t/1", target_group = "targetgroup/t/1" }
  auto_scaling_group = "t-web"
  functions = {
    thumbnail  = { name = "t-thumbnail", log_group = "/aws/lambda/t-thumbnail" }
    annotation = { name = "t-annotation", log_group = "/aws/lambda/t-annotation" }
  }
  queues             = { thumbnail = "t-thumbnail", annotation = "t-annotation" }
  dead_letter_queues = { thumbnail = "t-thumbnail-dead-letters", annotation = "t-annotation-dead-letters" }
  database           = { identifier = "t", class = "db.t3.micro", max_connections = 185 }
  topic_name         = "t-snsUploadsForProcessing"
  nat_gateways       = { us-east-1a = "nat-1" }
  web_log_group      = "/t/web"
  metrics_namespace  = "ImageAnnotations/t"
  monthly_budget_usd = 0
  caption_budget     = true
}

run "it_works" {
  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset([
      "site-errors", "load-balancer-errors", "unhealthy-hosts", "no-healthy-host", "slow-site", "cpu-credits",
      "instance-memory", "instance-disk", "start-failed", "nat-ports-us-east-1a", "uploads-not-announced",
      "database-cpu", "database-credits", "database-memory", "database-storage", "database-connections",
      "thumbnail-errors", "annotation-errors", "thumbnail-failed", "annotation-failed", "captions-paused",
      "thumbnail-waits", "annotation-waits", "thumbnail-dead-letters", "annotation-dead-letters",
    ])
    error_message = "The alarms."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "Each alarm tells the topic."
  }
}

run "thresholds" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-connections"].threshold == 148
    error_message = "Four of five connections."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-storage"].comparison_operator == "LessThanThreshold"
    error_message = "Little storage is what alarms."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slow-site"].extended_statistic == "p95"
    error_message = "The slowest twentieth."
  }
}

run "queues_and_functions" {
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["annotation-waits"].dimensions == tomap({ QueueName = "t-annotation" }) && aws_cloudwatch_metric_alarm.this["annotation-waits"].threshold == 900
    error_message = "A quarter of an hour in the queue."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.this["nat-ports-us-east-1a"].dimensions == tomap({ NatGatewayId = "nat-1" })
    error_message = "Each NAT gateway has its alarm."
  }
}

run "what_logs_say_is_counted_where_the_alarms_look" {
  assert {
    condition = alltrue([for name, filter in aws_cloudwatch_log_metric_filter.this : (
      one(filter.metric_transformation).namespace == aws_cloudwatch_metric_alarm.this[name].namespace &&
      one(filter.metric_transformation).name == aws_cloudwatch_metric_alarm.this[name].metric_name &&
      length(aws_cloudwatch_metric_alarm.this[name].dimensions) == 0
    )])
    error_message = "An alarm on a metric that nobody writes says that all is well."
  }
  assert {
    condition = { for name, filter in aws_cloudwatch_log_metric_filter.this : name => [filter.log_group_name, filter.pattern] } == {
      thumbnail-failed  = ["/aws/lambda/t-thumbnail", "{ $.outcome = \"failed\" }"]
      annotation-failed = ["/aws/lambda/t-annotation", "{ $.outcome = \"failed\" }"]
      captions-paused   = ["/aws/lambda/t-annotation", "{ $.outcome = \"paused\" }"]
      start-failed      = ["/t/web", "\"image_app: FAILED\""]
    }
    error_message = "What is counted in which log has changed: is it meant?"
  }
}

run "a_used_up_budget_is_told_once_a_day" {
  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["captions-paused"].period == 86400 && aws_cloudwatch_metric_alarm.this["captions-paused"].threshold == 0 &&
      aws_cloudwatch_metric_alarm.this["captions-paused"].treat_missing_data == "notBreaching"
    )
    error_message = "One mail, not one for each lull between pictures."
  }
  assert {
    condition     = strcontains(aws_cloudwatch_metric_alarm.this["captions-paused"].alarm_description, "annotation_budget_usd in terraform.tfvars, then make deploy")
    error_message = "It says what to do."
  }
}

run "without_a_budget_for_captions_no_alarm_on_it" {
  variables {
    caption_budget = false
  }
  assert {
    condition = !contains(keys(aws_cloudwatch_metric_alarm.this), "captions-paused") && !contains(keys(aws_cloudwatch_log_metric_filter.this), "captions-paused") && length(
    jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 12
    error_message = "Nothing that can't happen is watched."
  }
}

run "failed_launches_and_refreshes_are_told" {
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.group.event_pattern) == {
      source      = ["aws.autoscaling"]
      detail-type = ["EC2 Instance Launch Unsuccessful", "EC2 Auto Scaling Instance Refresh Failed"]
      detail      = { AutoScalingGroupName = ["t-web"] }
    }
    error_message = "Of this group alone."
  }
  assert {
    condition     = aws_cloudwatch_event_target.alarms.arn == aws_sns_topic.alarms.arn
    error_message = "To the topic of the alarms."
  }
}

run "only_this_stack_publishes" {
  assert {
    condition = [for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement : [statement.Principal.Service, try(statement.Condition, null)]] == [
      ["cloudwatch.amazonaws.com", {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:t-*" }
      }],
      ["events.amazonaws.com", null],
    ]
    error_message = "Who may mail to the administrators has changed: is it meant?"
  }
}

run "without_credits_no_alarm_on_them" {
  variables {
    database     = { identifier = "t", class = "db.m7g.large", max_connections = 185 }
    nat_gateways = {}
  }
  assert {
    condition     = !anytrue([for name in keys(aws_cloudwatch_metric_alarm.this) : name == "database-credits" || startswith(name, "nat-")])
    error_message = "Nothing that is not there is watched."
  }
}

run "a_budget" {
  variables {
    email              = "you@example.org"
    monthly_budget_usd = 150
  }
  assert {
    condition     = aws_budgets_budget.month[0].name == "t-us-east-1" && tonumber(aws_budgets_budget.month[0].limit_amount) == 150
    error_message = "The account's names of budgets know no regions."
  }
  assert {
    condition = { for each in aws_budgets_budget.month[0].notification : each.notification_type => each.threshold } == { ACTUAL = 80, FORECASTED = 100 } && alltrue([
    for each in aws_budgets_budget.month[0].notification : each.subscriber_email_addresses == toset(["you@example.org"])])
    error_message = "Somebody is told in time."
  }
}

run "a_budget_that_nobody_is_told_of" {
  command = plan
  variables {
    monthly_budget_usd = 150
  }
  expect_failures = [var.monthly_budget_usd]
}

run "a_dashboard_in_three_columns" {
  assert {
    condition     = toset([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.x]) == toset([0, 8, 16])
    error_message = "Three columns."
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.title == "Requests"
    error_message = "Requests come first."
  }
}

run "somebody_is_told" {
  variables {
    email = "you@example.org"
  }
  assert {
    condition     = aws_sns_topic_subscription.email[0].endpoint == "you@example.org"
    error_message = "By mail."
  }
}

run "no_address" {
  command = plan
  variables {
    email = "you"
  }
  expect_failures = [var.email]
}
