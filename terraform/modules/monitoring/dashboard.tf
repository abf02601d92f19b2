data "aws_region" "current" {}

locals {
  alb = "AWS/ApplicationELB"
  lb  = ["LoadBalancer", var.load_balancer.load_balancer]
  db  = ["DBInstanceIdentifier", var.database.identifier]
  asg = ["AutoScalingGroupName", var.auto_scaling_group]

  # title -> metrics as CloudWatch writes them
  graphs = {
    "1 Requests"           = [concat([local.alb, "RequestCount"], local.lb, [{ stat = "Sum" }])]
    "2 Answers, p95"       = [concat([local.alb, "TargetResponseTime"], local.lb, [{ stat = "p95" }])]
    "3 Errors of the site" = [for name in ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"] : concat([local.alb, name], local.lb, [{ stat = "Sum" }])]
    "4 Instances"          = [for name in ["GroupDesiredCapacity", "GroupInServiceInstances"] : concat(["AWS/AutoScaling", name], local.asg, [{ stat = "Average" }])]
    "5 CPU of instances"   = [concat(["AWS/EC2", "CPUUtilization"], local.asg, [{ stat = "Average" }])]
    "6 Functions run"      = [for function in var.functions : ["AWS/Lambda", "Invocations", "FunctionName", function, { stat = "Sum" }]]
    "7 Functions fail"     = [for function in var.functions : ["AWS/Lambda", "Errors", "FunctionName", function, { stat = "Sum" }]]
    "8 Dead letters"       = [for queue in var.dead_letter_queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { stat = "Maximum" }]]
    "9 Database"           = [for name in ["CPUUtilization", "DatabaseConnections"] : concat(["AWS/RDS", name], local.db, [{ stat = "Average" }])]
  }
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
        title   = trimprefix(title, "${place + 1} ") # the number keeps the order
        metrics = local.graphs[title]
        region  = data.aws_region.current.id
        period  = 60
      }
    }]
  })
}
