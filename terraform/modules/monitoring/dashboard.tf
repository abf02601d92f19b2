data "aws_region" "current" {}

locals {
  alb = "AWS/ApplicationELB"
  lb  = ["LoadBalancer", var.load_balancer.load_balancer]
  db  = ["DBInstanceIdentifier", var.database.identifier]
  asg = ["AutoScalingGroupName", var.auto_scaling_group]

  own = [var.metrics_namespace]

  # title -> metrics as CloudWatch writes them
  graphs = merge({
    "01 Requests"           = [concat([local.alb, "RequestCount"], local.lb, [{ stat = "Sum" }])]
    "02 Answers, p95"       = [concat([local.alb, "TargetResponseTime"], local.lb, [{ stat = "p95" }])]
    "03 Errors of the site" = [for name in ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] : concat([local.alb, name], local.lb, [{ stat = "Sum" }])]
    "04 Instances"          = [for name in ["GroupDesiredCapacity", "GroupInServiceInstances"] : concat(["AWS/AutoScaling", name], local.asg, [{ stat = "Average" }])]
    "05 CPU of instances"   = [concat(["AWS/EC2", "CPUUtilization"], local.asg, [{ stat = "Average" }])]
    "06 Memory and disk"    = [for name in ["mem_used_percent", "disk_used_percent"] : concat(local.own, [name], local.asg, [{ stat = "Maximum" }])]
    "07 Functions run"      = [for function in var.functions : ["AWS/Lambda", "Invocations", "FunctionName", function.name, { stat = "Sum" }]]
    "08 Functions fail" = concat(
      [for function in var.functions : ["AWS/Lambda", "Errors", "FunctionName", function.name, { stat = "Sum" }]],
      [for processor in keys(var.functions) : concat(local.own, ["${processor}-failed", { stat = "Sum" }])],
    )
    "09 Seconds that uploads wait" = [for queue in var.queues : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue, { stat = "Maximum" }]]
    "10 Dead letters"              = [for queue in var.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum" }]]
    "11 Database"                  = [for name in ["CPUUtilization", "DatabaseConnections"] : concat(["AWS/RDS", name], local.db, [{ stat = "Average" }])]
    "12 Memory of the database"    = [concat(["AWS/RDS", "FreeableMemory"], local.db, [{ stat = "Minimum" }])]
    }, !var.caption_budget ? {} : {
    "13 Captions that the budget put off" = [concat(local.own, ["captions-paused", { stat = "Sum" }])]
  })
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name_prefix
  dashboard_body = jsonencode({
    widgets = [for place, title in keys(local.graphs) : {
      type   = "metric"
      x      = place % 3 * 8
      y      = floor(place / 3) * 6
      width  = 8
      height = 6
      properties = {
        title   = substr(title, 3, -1) # the number keeps the order
        metrics = local.graphs[title]
        region  = data.aws_region.current.id
        period  = 60
      }
    }]
  })
}
