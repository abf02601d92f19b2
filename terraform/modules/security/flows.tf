# Who may talk to whom. A flow is one line here; both halves of its rule, out of one group and into the other, follow
# from it in rules.tf. Nothing else is open, in either direction. An end that is no group is a network.
locals {
  world        = "0.0.0.0/0"
  model_server = "${try(var.model_server.address, "")}/32"

  flows = merge(
    {
      world_to_load_balancer_http = { from = local.world, to = "load_balancer", port = 80 }
      load_balancer_to_web        = { from = "load_balancer", to = "web", port = 5000 }
      bastion_to_web_ssh          = { from = "bastion", to = "web", port = 22 }
      web_to_database             = { from = "web", to = "database", port = 3306 }
      functions_to_database       = { from = "functions", to = "database", port = 3306 }
      web_to_world_https          = { from = "web", to = local.world, port = 443 }       # AWS's APIs, packages
      functions_to_world_https    = { from = "functions", to = local.world, port = 443 } # AWS's APIs, models
      web_to_endpoints            = { from = "web", to = "endpoints", port = 443 }
      functions_to_endpoints      = { from = "functions", to = "endpoints", port = 443 }
    },
    !var.https ? {} : {
      world_to_load_balancer_https = { from = local.world, to = "load_balancer", port = 443 }
    },
    var.model_server == null ? {} : {
      functions_to_model_server = { from = "functions", to = local.model_server, port = var.model_server.port }
    },
    { for cidr in var.admin_cidrs : "admin_${cidr}_to_bastion_ssh" => { from = cidr, to = "bastion", port = 22 } },
  )

  groups = {
    load_balancer = "The load balancer"
    web           = "The web instances"
    functions     = "The thumbnail and annotation functions"
    database      = "The database"
    bastion       = "The bastion host"
    endpoints     = "Interface endpoints of AWS services"
  }
}
