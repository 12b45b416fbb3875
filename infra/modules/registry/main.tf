# --- Repositories --------------------------------------------------------------

resource "aws_ecr_repository" "this" {
  for_each = var.repositories

  name                 = each.key
  image_tag_mutability = "IMMUTABLE"

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = module.key.arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

module "key" {
  source = "../key"

  name        = "${var.name}-registry"
  description = "Images and charts"
}

# Environments pin their images by digest, and those images are always among the newest.
resource "aws_ecr_lifecycle_policy" "this" {
  for_each = var.repositories

  repository = aws_ecr_repository.this[each.key].name

  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Untagged images from abandoned uploads"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The newest ${var.versions_max} images are kept"
        selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.versions_max }
        action       = { type = "expire" }
      },
    ]
  })
}
