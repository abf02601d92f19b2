# Which captioner writes captions, and what follows from that. Only what Terraform can say without asking AWS, so that a
# test tries every choice.
locals {
  by_google = contains(["gemini", "genai"], var.captioner)
  by_openai = var.captioner == "openai"

  # Address and port of a server in the VPC; variables.tf lets no other be asked by http. It gets no key, as that would
  # be sent in the clear, and nobody is charged for it.
  model_server = local.by_openai ? one(regexall("^http://([0-9.]+)(?::([0-9]+))?", var.caption_url)) : null

  # Whose key the annotation function needs, "" for nobody's. Never another one: a key goes to its own server alone.
  model_key = local.by_google ? "gemini" : local.by_openai && local.model_server == null ? "caption" : ""

  # Read by the annotation function and by the site, which shows prices and the budget (processors/captioning/choice.py).
  captioner_environment = merge(
    { CAPTIONER = var.captioner, ANNOTATION_BUDGET_USD = tostring(var.annotation_budget_usd) },
    local.by_google && var.gemini_model != "" ? { GEMINI_MODEL = var.gemini_model } : {},
    local.by_openai ? { CAPTION_URL = var.caption_url, CAPTION_MODEL = var.caption_model } : {},
    var.captioner != "offline" && var.caption_price != "" ? { CAPTION_PRICE = var.caption_price } : {},
  )
}
