# An alarm is one entry: what to look at, and in words what it means. `seconds`: the period, a minute unless said.
locals {
  load_balancer = { LoadBalancer = var.load_balancer.load_balancer }
  targets       = merge(local.load_balancer, { TargetGroup = var.load_balancer.target_group })
  group         = { AutoScalingGroupName = var.auto_scaling_group }
  database      = { DBInstanceIdentifier = var.database.identifier }

  alarms = merge(
    {
      "site-errors" = {
        means     = "The site answered with errors (5xx). Look into the web log group."
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.targets
        statistic = "Sum", over = 5, periods = 2
      }
      "load-balancer-errors" = {
        means     = "The load balancer found no instance to answer (5xx of its own)."
        namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.load_balancer
        statistic = "Sum", over = 5, periods = 2
      }
      "unhealthy-hosts" = {
        means     = "An instance does not answer /healthz."
        namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = local.targets
        statistic = "Maximum", over = 0, periods = 10
      }
      "no-healthy-host" = {
        means     = "No instance answers: the site is down. Look into the web log group, streams INSTANCE/start."
        namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", dimensions = local.targets
        statistic = "Minimum", under = 1, periods = 5, missing = "breaching"
      }
      "slow-site" = {
        means     = "One request of twenty takes longer than two seconds."
        namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", dimensions = local.targets
        statistic = "p95", over = 2, periods = 5
      }
      "cpu-credits" = {
        means     = "The instances need more CPU than their type earns, and AWS charges for it. Take a larger type."
        namespace = "AWS/EC2", metric = "CPUSurplusCreditsCharged", dimensions = local.group
        statistic = "Maximum", over = 0, periods = 3, seconds = 300
      }
      "instance-memory" = {
        means     = "Nine tenths of the instances' memory are in use. Take a larger type before Linux ends a process."
        namespace = var.metrics_namespace, metric = "mem_used_percent", dimensions = local.group
        statistic = "Maximum", over = 90, periods = 10
      }
      "instance-disk" = {
        means     = "An instance's disk is nearly full, by logs or by uploads that come in. A new instance has an empty one."
        namespace = var.metrics_namespace, metric = "disk_used_percent", dimensions = local.group
        statistic = "Maximum", over = 85, periods = 10
      }
      "start-failed" = {
        means     = "An instance could not start and is replaced. Look into the web log group, streams INSTANCE/start. After an update: the former instances still serve; roll back."
        namespace = var.metrics_namespace, metric = "start-failed", dimensions = {}
        statistic = "Sum", over = 0, periods = 1
      }
      "database-cpu" = {
        means     = "The database is at its limit."
        namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database
        statistic = "Average", over = 80, periods = 10
      }
      "database-memory" = {
        means     = "The database has less than 64 MiB of memory left and begins to swap. Take a larger class."
        namespace = "AWS/RDS", metric = "FreeableMemory", dimensions = local.database
        statistic = "Average", under = 64 * 1024 * 1024, periods = 15
      }
      "database-storage" = {
        means     = "Less than 2 GiB are free in the database, although its storage grows by itself."
        namespace = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database
        statistic = "Minimum", under = 2 * 1024 * 1024 * 1024, periods = 5
      }
      "database-connections" = {
        means     = "Four of five connections that the database takes are in use."
        namespace = "AWS/RDS", metric = "DatabaseConnections", dimensions = local.database
        statistic = "Maximum", over = floor(var.database.max_connections * 0.8), periods = 5
      }
      "uploads-not-announced" = {
        means     = "SNS could not hand an upload over to a queue; the worker sends it again. Look at the queues' policies."
        namespace = "AWS/SNS", metric = "NumberOfNotificationsFailed", dimensions = { TopicName = var.topic_name }
        statistic = "Sum", over = 0, periods = 1, seconds = 300
      }
    },
    !startswith(var.database.class, "db.t") ? {} : { "database-credits" = {
      means     = "The database needs more CPU than its class earns, and AWS charges for it. Take a larger class."
      namespace = "AWS/RDS", metric = "CPUSurplusCreditsCharged", dimensions = local.database
      statistic = "Maximum", over = 0, periods = 3, seconds = 300
    } },
    { for zone in keys(var.nat_gateways) : "nat-ports-${zone}" => {
      means     = "The NAT gateway in ${zone} has no port left for new connections: something opens too many to one place."
      namespace = "AWS/NATGateway", metric = "ErrorPortAllocation", dimensions = { NatGatewayId = var.nat_gateways[zone] }
      statistic = "Sum", over = 0, periods = 5
    } },
    { for processor, function in var.functions : "${processor}-errors" => {
      means     = "The ${processor} function dies before it can say why: time, memory or its start. Its messages come back up to five times."
      namespace = "AWS/Lambda", metric = "Errors", dimensions = { FunctionName = function.name }
      statistic = "Sum", over = 2, periods = 5
    } },
    { for processor, function in var.functions : "${processor}-failed" => {
      means     = "The ${processor} of more than two pictures failed for good within five minutes. /admin/ says why; mend the cause, then run them again there."
      namespace = var.metrics_namespace, metric = "${processor}-failed", dimensions = {}
      statistic = "Sum", over = 2, periods = 1, seconds = 300
    } },
    # By the day: one mail, however many pictures come, and no news that all is well while none comes.
    !var.caption_budget ? {} : { "captions-paused" = {
      means     = "The month's budget for captions is used up: pictures are shown, and wait for their captions until the next month (UTC). To go on now: raise annotation_budget_usd in terraform.tfvars, then make deploy. What it went for: /admin/, spending."
      namespace = var.metrics_namespace, metric = "captions-paused", dimensions = {}
      statistic = "Sum", over = 0, periods = 1, seconds = 86400
    } },
    { for processor, queue in var.queues : "${processor}-waits" => {
      means     = "Uploads wait for their ${processor} for a quarter of an hour: more come than function_concurrency lets through, or the function fails."
      namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", dimensions = { QueueName = queue }
      statistic = "Maximum", over = 900, periods = 5
    } },
    { for processor, queue in var.dead_letter_queues : "${processor}-dead-letters" => {
      means     = "Messages failed for good. Mend the cause, then run `manage.py redrive` on an instance."
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", dimensions = { QueueName = queue }
      statistic = "Maximum", over = 0, periods = 1
    } },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name_prefix}-${each.key}"
  alarm_description   = each.value.means
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic == "p95" ? null : each.value.statistic
  extended_statistic  = each.value.statistic == "p95" ? "p95" : null
  comparison_operator = can(each.value.under) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = try(each.value.under, each.value.over)
  period              = try(each.value.seconds, 60)
  evaluation_periods  = each.value.periods
  treat_missing_data  = try(each.value.missing, "notBreaching") # no requests, no events: no news
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
