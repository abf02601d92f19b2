# The database's own subnets: they have no way to the internet, in neither direction, and none to S3.
resource "aws_subnet" "database" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.vpc_cidr, 6, each.value + 24) # see subnets.tf
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name_prefix}-database-${each.key}" }
}

# Only what every table has, the route within the VPC: one is enough for all zones.
resource "aws_route_table" "database" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name_prefix}-database" }
}

resource "aws_route_table_association" "database" {
  for_each = aws_subnet.database

  subnet_id      = each.value.id
  route_table_id = aws_route_table.database.id
}
