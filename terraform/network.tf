module "network" {
  source = "./modules/network"

  name_prefix                = var.name_prefix
  vpc_cidr                   = var.vpc_cidr
  availability_zones         = var.availability_zones
  nat_gateways               = var.nat_gateways
  interface_endpoints        = var.interface_endpoints
  endpoint_security_group_id = module.security.ids.endpoints
  log_retention_days         = var.log_retention_days
}

module "security" {
  source = "./modules/security"

  name_prefix = var.name_prefix
  vpc_id      = module.network.vpc_id
  admin_cidrs = var.admin_cidrs
}

resource "aws_key_pair" "admin" {
  count = var.ssh_public_key != "" ? 1 : 0

  key_name   = var.name_prefix
  public_key = var.ssh_public_key
}

module "bastion" {
  source = "./modules/bastion"
  count  = length(var.admin_cidrs) > 0 ? 1 : 0

  name_prefix       = var.name_prefix
  subnet_id         = module.network.public_subnet_ids[0]
  security_group_id = module.security.ids.bastion
  ami_id            = module.web.ami_id
  key_name          = join("", aws_key_pair.admin[*].key_name)
}
