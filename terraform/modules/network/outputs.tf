output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "Public subnets, one for each zone; known when they have their way to the internet."
  value       = [for zone in var.availability_zones : aws_subnet.public[zone].id]
  depends_on  = [aws_route.internet, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Private subnets, one for each zone; known when they have their way out, which an instance needs at its first breath."
  value       = [for zone in var.availability_zones : aws_subnet.private[zone].id]
  depends_on  = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.s3, aws_vpc_endpoint.interface]
}

output "database_subnet_ids" {
  description = "Subnets of the database, one for each zone, without any way out."
  value       = [for zone in var.availability_zones : aws_subnet.database[zone].id]
  depends_on  = [aws_route_table_association.database]
}

output "nat_gateway_ids" {
  description = "Zone -> NAT gateway in it."
  value       = { for zone, gateway in aws_nat_gateway.this : zone => gateway.id }
}

output "nat_addresses" {
  description = "Public addresses that the functions and instances call from."
  value       = [for address in aws_eip.nat : address.public_ip]
}
