mock_provider "aws" {
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
  functions          = { thumbnail = "t-thumbnail", annotation = "t-annotation" }
  dead_letter_queues = { thumbnail = "t-thumbnail-dead-letters", annotation = "t-annotation-dead-letters" }
  database           = { identifier = "t", max_connections = 163 }
}

run "it_works" {
  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset([
      "site-errors", "load-balancer-errors", "unhealthy-hosts", "no-healthy-host", "slow-site", "cpu-credits",
      "database-cpu", "database-storage", "database-connections",
      "thumbnail-errors", "annotation-errors", "thumbnail-throttles", "annotation-throttles",
      "thumbnail-dead-letters", "annotation-dead-letters",
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
    condition     = aws_cloudwatch_metric_alarm.this["database-connections"].threshold == 130
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
