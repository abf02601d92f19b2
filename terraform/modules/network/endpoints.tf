# Free, and pictures do not pass (and pay) the NAT gateway. Amazon Linux's package repositories are in S3 too.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${data.aws_region.current.id}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  policy            = jsonencode({ Version = "2012-10-17", Statement = local.s3_statements })
  tags              = { Name = "${var.name_prefix}-s3" }
}

# Whoever breaks in must not carry pictures into a bucket of their own. Whose credentials may do what stands in the
# roles; here stands which buckets there are.
locals {
  s3_statements = [
    {
      Sid       = "OwnBuckets"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"]
      Resource  = flatten([for arn in var.bucket_arns : [arn, "${arn}/*"]])
    },
    {
      # dnf signs nothing:
      # https://docs.aws.amazon.com/linux/al2023/ug/managing-repos-os-updates.html
      Sid       = "AmazonLinuxPackages"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject"]
      Resource  = ["arn:${data.aws_partition.current.partition}:s3:::al2023-repos-${data.aws_region.current.id}-*/*"]
    },
  ]
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${data.aws_region.current.id}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [var.endpoint_security_group_id]
  tags                = { Name = "${var.name_prefix}-${each.key}" }
}
