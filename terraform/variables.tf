# What a person may want otherwise. Each has a default that works; example.tfvars shows the usual ones.

variable "region" {
  description = "AWS region of everything."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of an AWS region, such as us-east-1."
  }

  validation {
    condition     = strcontains(file("${path.root}/../deploy/rds-ca.pem"), "Amazon RDS ${var.region} Root CA")
    error_message = "deploy/rds-ca.pem does not have this region's authority, so nobody could trust the database. Its first lines say how to get AWS's own bundle; then run make package again."
  }
}

variable "availability_zones" {
  description = "Two zones or more of the region. Add new ones at the end. []: the first two of the account that offer instance_type; name them (output availability_zones) before you change the type."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for zone in var.availability_zones : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "availability_zones must be zones of the region, or [] for the first two that offer the instance type."
  }
}

variable "name_prefix" {
  description = "Begins every name, so that several stacks fit into one account."
  type        = string
  default     = "annotations"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name_prefix)) && !strcontains(var.name_prefix, "--")
    error_message = "name_prefix must have 3 to 20 small letters, digits or single hyphens, begin with a letter and end without a hyphen."
  }
}

variable "tags" {
  description = "Tags of every resource, beside Application and Stack."
  type        = map(string)
  default     = {}
}

# Who sees the site, and how

variable "site_url" {
  description = "The address that people type, such as https://pictures.example.org. \"\": the load balancer's own, by HTTP."
  type        = string
  default     = ""

  validation {
    condition     = var.site_url == "" || can(regex("^https?://[a-z0-9.-]+$", var.site_url))
    error_message = "site_url must be like https://pictures.example.org, in small letters and without a path."
  }

  validation {
    condition     = startswith(var.site_url, "https://") == (var.certificate_arn != "")
    error_message = "An https site_url and certificate_arn belong together: give both or none."
  }
}

variable "certificate_arn" {
  description = "A certificate in ACM for the host of site_url: HTTPS, and HTTP redirects there."
  type        = string
  default     = ""
}

variable "allow_http_login" {
  description = "Whether people may log in by plain HTTP, with passwords that everybody on the way can read. Without it: by HTTPS, or through the output open_tunnel."
  type        = bool
  default     = false
}

variable "waf_rate_limit" {
  description = "Requests that one address may send in five minutes before the firewall blocks it; 0: no such rule."
  type        = number
  default     = 0
}

variable "waf_managed_rules" {
  description = "Whether AWS's managed rules stand in front: known attackers, known bad requests, common attacks. What is in a body is only counted, see modules/load_balancer."
  type        = bool
  default     = false
}

variable "access_logs" {
  description = "Whether the load balancer logs each request, and S3 each access to pictures and packages, to a bucket, for 30 days."
  type        = bool
  default     = true
}

# Network

variable "vpc_cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "10.0.0.0/16"
}

variable "nat_gateways" {
  description = "single: one NAT gateway; per_zone: a zone that fails takes no other along; none: no way to a model outside of the VPC."
  type        = string
  default     = "single"

  validation {
    condition = var.nat_gateways != "none" || length(setsubtract(
      ["autoscaling", "lambda", "logs", "monitoring", "secretsmanager", "sqs", "ssm", "ssmmessages"], var.interface_endpoints
    )) == 0
    error_message = "Without NAT, interface_endpoints must hold autoscaling, lambda, logs, monitoring, secretsmanager, sqs, ssm and ssmmessages: instances and functions need them."
  }
}

variable "interface_endpoints" {
  description = "AWS services to reach without NAT, such as secretsmanager. Each costs about 7 USD a month and zone."
  type        = set(string)
  default     = []
}

variable "admin_cidrs" {
  description = "Networks that may reach the bastion by SSH. Empty: there is no bastion; Session Manager needs none."
  type        = set(string)
  default     = []
}

variable "ssh_public_key" {
  description = "Your public key for SSH to bastion and instances. \"\": EC2 Instance Connect brings one each time."
  type        = string
  default     = ""

  validation {
    condition     = var.ssh_public_key == "" || can(regex("^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+", var.ssh_public_key))
    error_message = "ssh_public_key must be the text of a public key: ssh-ed25519 AAAA… or ssh-rsa AAAA…"
  }
}

# Sizes

variable "instance_type" {
  description = "Type of the web instances."
  type        = string
  default     = "t3.micro"
}

variable "ami_id" {
  description = "Image of instances and bastion. \"\": the newest Amazon Linux 2023 of when ami_version was last changed."
  type        = string
  default     = ""
}

variable "ami_version" {
  description = "Raise it to take the newest Amazon Linux 2023; the instances are replaced."
  type        = number
  default     = 1
}

variable "web_capacity" {
  description = "How many web instances: min, desired (at the start) and max."
  type        = object({ min = number, desired = number, max = number })
  default     = { min = 1, desired = 1, max = 3 }
}

variable "thumbnail_memory_mb" {
  description = "Memory of the thumbnail function; it decides how large a picture may be, see docs/cost.md."
  type        = number
  default     = 592
}

variable "function_concurrency" {
  description = "How many of each function run at once; what comes meanwhile waits in its queue. Each holds a connection to the database."
  type        = number
  default     = 8

  validation {
    condition     = var.function_concurrency >= 2 && var.function_concurrency <= 1000 && floor(var.function_concurrency) == var.function_concurrency
    error_message = "function_concurrency must be a whole number from 2 to 1000, the limits of AWS for a queue."
  }
}

variable "database_instance_class" {
  description = "RDS instance class."
  type        = string
  default     = "db.t3.micro"
}

variable "database_multi_az" {
  description = "Whether a standby in another zone takes over when the database's zone fails."
  type        = bool
  default     = false
}

# What visitors may send

variable "uploads_per_day" {
  description = "Files that one address may send on a day."
  type        = number
  default     = 2000

  validation {
    condition     = var.uploads_per_day >= 1 && floor(var.uploads_per_day) == var.uploads_per_day
    error_message = "uploads_per_day must be a whole number from 1."
  }
}

variable "upload_cpu_per_day" {
  description = "Seconds of CPU that decoding the files of one address may take on a day."
  type        = number
  default     = 3600

  validation {
    condition     = var.upload_cpu_per_day >= 1 && floor(var.upload_cpu_per_day) == var.upload_cpu_per_day
    error_message = "upload_cpu_per_day must be a whole number of seconds from 1."
  }
}

variable "max_stored_gb" {
  description = "Originals that are stored in all, in GB; what comes after is refused. 0: no limit."
  type        = number
  default     = 0

  validation {
    condition     = var.max_stored_gb >= 0 && floor(var.max_stored_gb) == var.max_stored_gb
    error_message = "max_stored_gb must be 0 (no limit) or a whole number of GB."
  }
}

# Captions

variable "captioner" {
  description = "What writes captions: gemini (Google, by the client that the site began with), genai (Google, by its newer client), openai (any server that speaks OpenAI's chat completions), offline (shape and colours, without a model)."
  type        = string
  default     = "gemini"

  validation {
    condition     = contains(["gemini", "genai", "openai", "offline"], var.captioner)
    error_message = "captioner must be gemini, genai, openai or offline."
  }
}

variable "gemini_model" {
  description = "The model of gemini and genai. \"\": the one that the code names."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[A-Za-z0-9._-]*$", var.gemini_model))
    error_message = "gemini_model must be the name of one of Google's models, such as gemini-3.5-flash-lite."
  }
}

variable "caption_url" {
  description = "The server of openai, mostly with /v1 at the end: https://…, or http:// and a private address of your VPC, which gets no key."
  type        = string
  default     = ""

  validation {
    condition     = var.captioner != "openai" || var.caption_url != ""
    error_message = "The captioner openai needs caption_url, the address of a server such as https://openrouter.ai/api/v1."
  }

  validation {
    condition     = var.caption_url == "" || can(regex("^https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$", var.caption_url)) || can(regex("^http://(10\\.[0-9]+|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)(\\.[0-9]+){1,2}(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$", var.caption_url))
    error_message = "caption_url must be like https://openrouter.ai/api/v1, without a port: pictures and the key go there encrypted. Plain http:// is for a private address of your VPC alone, such as http://10.0.11.7:8000/v1."
  }

  validation {
    condition     = alltrue([for server in regexall("^http://([0-9.]+)", var.caption_url) : can(cidrhost("${server[0]}/32", 0))])
    error_message = "caption_url has an address that is none: four numbers up to 255, such as 10.0.11.7."
  }
}

variable "caption_model" {
  description = "The model of openai, as its server calls it."
  type        = string
  default     = ""

  validation {
    condition     = var.captioner != "openai" || var.caption_model != ""
    error_message = "The captioner openai needs caption_model, the model as its server calls it, such as qwen/qwen3-vl-8b-instruct."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9._:/@+-]*$", var.caption_model))
    error_message = "caption_model must be a name without spaces, such as qwen/qwen3-vl-8b-instruct."
  }
}

variable "caption_price" {
  description = "USD for a million tokens in and out, such as 0.30/2.50. \"\": by processors/captioning/prices.toml."
  type        = string
  default     = ""

  validation {
    condition     = var.caption_price == "" || can(regex("^[0-9]{1,3}(\\.[0-9]+)?/[0-9]{1,3}(\\.[0-9]+)?$", var.caption_price))
    error_message = "caption_price must be USD for a million tokens in and out, such as 0.30/2.50."
  }

  # Without a price no request can be held against the budget, and every caption would fail.
  validation {
    condition = var.annotation_budget_usd == 0 || var.caption_price != "" || var.captioner == "offline" || (
      var.captioner == "openai"
      ? startswith(var.caption_url, "http://") || strcontains(file("${path.root}/../processors/captioning/prices.toml"), "\"${var.caption_model}\"")
      : var.gemini_model == "" || strcontains(file("${path.root}/../processors/captioning/prices.toml"), "\"${var.gemini_model}\"")
    )
    error_message = "Nobody knows what this model costs, so no budget can be kept. Set caption_price (USD for a million tokens in and out, such as 0.30/2.50; 0/0 for a server of your own), or annotation_budget_usd = 0."
  }
}

variable "annotation_budget_usd" {
  description = "What captions may cost a month, in UTC. What comes then waits for the next month, or for a higher budget. 0: no limit."
  type        = number
  default     = 10

  validation {
    condition     = var.annotation_budget_usd >= 0 && var.annotation_budget_usd < 1000000
    error_message = "annotation_budget_usd must be USD a month from 0 (no limit), such as 10 or 7.50."
  }
}

variable "annotation_language" {
  description = "Language of the captions, as a code."
  type        = string
  default     = "en"

  validation {
    condition     = can(regex("^[a-z]{2,3}(-[A-Za-z]+)?$", var.annotation_language))
    error_message = "annotation_language must be a language code such as en, de or pt-BR."
  }
}

variable "publish" {
  description = "When everybody sees a new picture: \"at once\", or \"after review\": when a moderator has accepted it."
  type        = string
  default     = "at once"

  validation {
    condition     = contains(["at once", "after review"], var.publish)
    error_message = "publish must be \"at once\" or \"after review\"."
  }
}

variable "originals_for_everybody" {
  description = "Whether everybody who sees a picture may download its original, with whatever its camera wrote into it. Otherwise moderators and who uploaded it."
  type        = bool
  default     = false
}

variable "operator_contact" {
  description = "An e-mail address or a page, named on the site's page \"About and privacy\". \"\": none."
  type        = string
  default     = ""

  validation {
    condition     = !strcontains(var.operator_contact, "\n") && length(var.operator_contact) <= 200
    error_message = "operator_contact must be one line of at most 200 characters, such as help@example.org."
  }
}

# Keeping it

variable "alarm_email" {
  description = "Who is told of alarms. \"\": nobody."
  type        = string
  default     = ""
}

variable "monthly_budget_usd" {
  description = "A mail to alarm_email at 80 % of these costs of the whole account in a month, and when AWS expects more than all of it; 0: no budget."
  type        = number
  default     = 0

  validation {
    condition     = var.monthly_budget_usd == 0 || (var.monthly_budget_usd >= 1 && var.alarm_email != "")
    error_message = "monthly_budget_usd must be 0, or at least 1 with an alarm_email that is told."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be a number that CloudWatch knows, such as 7, 14, 30, 90 or 365."
  }
}

variable "secret_key_version" {
  description = "Raise it to replace Django's SECRET_KEY; everybody is signed out."
  type        = number
  default     = 1
}

variable "database_users_version" {
  description = "Raise it to replace the password of the functions' database user; the instances are replaced, and the new ones set it."
  type        = number
  default     = 1

  validation {
    condition     = var.database_users_version >= 1 && floor(var.database_users_version) == var.database_users_version
    error_message = "database_users_version must be a whole number from 1."
  }
}

variable "apply_immediately" {
  description = "Whether a change of the database happens at once, with a restart where it needs one; else in its maintenance window, early on Sunday."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether database and load balancer are kept from `terraform destroy`."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "Whether `terraform destroy` leaves a last snapshot of the database."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete buckets that hold something: all pictures."
  type        = bool
  default     = false
}
