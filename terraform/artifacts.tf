# What `make package` builds, put into a bucket that keeps every version.
locals {
  artifacts = {
    for name in ["app", "thumbnail", "annotation"] : name => "${path.root}/../build/${name}.zip"
  }
}

resource "aws_s3_object" "artifact" {
  for_each = local.artifacts

  bucket      = module.storage.artifacts.name
  key         = "${each.key}.zip"
  source      = each.value
  source_hash = fileexists(each.value) ? filesha256(each.value) : ""

  lifecycle {
    precondition {
      condition     = fileexists(each.value)
      error_message = "There is no ${each.value}. Run `make package` in the repository's folder, then terraform again."
    }
  }
}
