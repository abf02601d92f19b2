# What no metric shows: an instance that AWS could not start (no capacity, a quota, a hook that nobody answered), and a
# refresh that was given up. Both mean that an update or a larger load did not arrive.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
resource "aws_cloudwatch_event_rule" "group" {
  name        = "${var.name_prefix}-group"
  description = "Failed launches and failed refreshes of the web instances"
  event_pattern = jsonencode({
    source      = ["aws.autoscaling"]
    detail-type = ["EC2 Instance Launch Unsuccessful", "EC2 Auto Scaling Instance Refresh Failed"]
    detail      = { AutoScalingGroupName = [var.auto_scaling_group] }
  })
}

resource "aws_cloudwatch_event_target" "alarms" {
  rule = aws_cloudwatch_event_rule.group.name
  arn  = aws_sns_topic.alarms.arn
}
