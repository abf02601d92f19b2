resource "aws_autoscaling_group" "web" {
  name                = local.group_name
  min_size            = var.capacity.min
  desired_capacity    = var.capacity.desired
  max_size            = var.capacity.max
  vpc_zone_identifier = var.subnet_ids
  target_group_arns   = [var.target_group_arn]

  health_check_type         = "ELB"
  health_check_grace_period = 60 # the load balancer's checks begin when the start is over, see the hook
  default_instance_warmup   = 300

  # An apply ends when an instance answers the load balancer, and fails when none does.
  min_elb_capacity          = var.capacity.min
  wait_for_capacity_timeout = "20m"

  enabled_metrics = ["GroupDesiredCapacity", "GroupInServiceInstances"]

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version # "$Latest" would never start a refresh
  }

  # An instance joins when its own script says that the site answers, and is replaced when it says that it failed, or
  # says nothing. Without this a new one would count as healthy, and the former one would go, while it still starts.
  initial_lifecycle_hook {
    name                 = "site-answers"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_LAUNCHING"
    default_result       = "ABANDON"
    heartbeat_timeout    = 1800
  }

  # Whoever replaces instances, for whatever reason: the new one first. A third more than there are, not twice as many:
  # each holds connections to the database (connections.tf adds up).
  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 134
  }

  # A new package, template or SECRET_KEY replaces the instances. No auto_rollback: the group names the new template
  # before the refresh begins, so that AWS would go "back" to it (hashicorp/terraform-provider-aws#34189).
  instance_refresh {
    strategy = "Rolling"
    triggers = ["tag"]

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 134
    }
  }

  tag {
    key                 = "Name"
    value               = "${var.name_prefix}-web"
    propagate_at_launch = true
  }

  # Instances read the key, and give the functions' database user its password, when they start: a new version of either
  # starts a refresh.
  dynamic "tag" {
    for_each = { SecretKeyVersion = var.secret_key_version, DatabaseUsersVersion = var.database_users_version }

    content {
      key                 = tag.key
      value               = tostring(tag.value)
      propagate_at_launch = true
    }
  }

  lifecycle {
    ignore_changes = [desired_capacity] # how many there are at the moment is the scaling policy's business
  }

  # An instance needs its rights at its first breath.
  depends_on = [aws_iam_role_policy.web, aws_cloudwatch_log_group.web]
}

resource "aws_autoscaling_policy" "cpu" {
  name                   = "${var.name_prefix}-cpu-70"
  autoscaling_group_name = aws_autoscaling_group.web.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 70

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

resource "aws_cloudwatch_log_group" "web" {
  #checkov:skip=CKV_AWS_158:encrypted with AWS's key; the log holds no secret
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
}
