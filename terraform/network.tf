data "aws_availability_zones" "usable" {
  state = "available"

  filter {
    name   = "zone-type"
    values = ["availability-zone"] # no local zones
  }

  # us-east-1a is another building in each account, and not every building has every type: the account is asked.
  filter {
    name   = "zone-name"
    values = coalescelist(data.aws_ec2_instance_type_offerings.zones.locations, ["no zone offers it"])
  }
}

data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }
}

locals {
  usable_zones = sort(data.aws_availability_zones.usable.names)
  zones        = length(var.availability_zones) > 0 ? var.availability_zones : slice(local.usable_zones, 0, min(2, length(local.usable_zones)))
}

module "network" {
  source = "./modules/network"

  name_prefix                = var.name_prefix
  vpc_cidr                   = var.vpc_cidr
  availability_zones         = local.zones
  nat_gateways               = var.nat_gateways
  interface_endpoints        = var.interface_endpoints
  bucket_arns                = [module.storage.pictures.arn, module.storage.artifacts.arn]
  endpoint_security_group_id = module.security.ids.endpoints
  log_retention_days         = var.log_retention_days
}

module "security" {
  source = "./modules/security"

  name_prefix = var.name_prefix
  vpc_id      = module.network.vpc_id
  https       = var.certificate_arn != ""
  admin_cidrs = var.admin_cidrs

  model_server = local.model_server == null ? null : { address = local.model_server[0], port = coalesce(local.model_server[1], 80) }
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
