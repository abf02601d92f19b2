# cp example.tfvars terraform.tfvars, then change it. Every line may be left out.

region      = "eu-central-1"
name_prefix = "annotations"
alarm_email = "you@example.org"

# HTTPS: a certificate in ACM for the host, and a DNS record for it that points to the load balancer
# site_url        = "https://pictures.example.org"
# certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/…"

# A bastion for SSH from the office; Session Manager needs none
# admin_cidrs    = ["203.0.113.7/32"]
# ssh_public_key = "ssh-ed25519 AAAA… you@example.org"

# Captions: what they may cost a month (0: no limit), and another model than Gemini's
# annotation_budget_usd = 50
# captioner             = "openai"
# caption_url           = "https://openrouter.ai/api/v1"
# caption_model         = "qwen/qwen3-vl-8b-instruct"
# caption_price         = "0.08/0.50"

# A mail before the account's month gets too expensive
# monthly_budget_usd = 150

# More of it: a NAT gateway in each zone, a standby database, a firewall
# nat_gateways      = "per_zone"
# database_multi_az = true
# waf_rate_limit    = 2000
# waf_managed_rules = true
