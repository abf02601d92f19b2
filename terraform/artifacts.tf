# What `make package` builds, put into a bucket that keeps every version.
locals {
  artifacts = {
    app        = "${path.root}/../build/app.zip"
    thumbnail  = "${path.root}/../build/thumbnail.zip"
    annotation = "${path.root}/../build/annotation-${var.captioner}.zip"
  }
}

resource "aws_s3_object" "artifact" {
  for_each = local.artifacts

  bucket      = module.storage.artifacts.name
  key         = "${each.key}.zip"
  source      = each.value
  source_hash = fileexists(each.value) ? filesha256(each.value) : ""

  # One key for every captioner: under another one, Terraform would delete all versions of the former. What `make
  # rollback` brings back must fit the captioner of its day.
  metadata = each.key == "annotation" ? { captioner = var.captioner } : null

  lifecycle {
    precondition {
      condition     = fileexists(each.value)
      error_message = "There is no ${each.value}. Run `make package` in the repository's folder (it builds for the captioner in terraform.tfvars), then terraform again."
    }
  }
}
