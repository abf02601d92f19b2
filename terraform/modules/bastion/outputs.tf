output "public_ip" {
  description = "The fixed address of the bastion."
  value       = aws_eip.bastion.public_ip
}

output "instance_id" {
  description = "The bastion, for EC2 Instance Connect."
  value       = aws_instance.bastion.id
}
