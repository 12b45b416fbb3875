mock_provider "aws" {
  source = "../../mocks"
}

variables {
  name         = "airside"
  repositories = ["airside", "charts/airside"]
}

run "repositories" {
  command = plan

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_tag_mutability == "IMMUTABLE"])
    error_message = "A tag names one image forever."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_scanning_configuration[0].scan_on_push])
    error_message = "Every image is scanned."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.encryption_configuration[0].encryption_type == "KMS"])
    error_message = "Images are encrypted with our own key."
  }

  assert {
    condition     = length(aws_ecr_lifecycle_policy.this) == 2 && jsondecode(aws_ecr_lifecycle_policy.this["airside"].policy).rules[1].selection.countNumber == 300
    error_message = "Old images are removed."
  }

}

run "a_bad_name_is_refused" {
  command = plan

  variables {
    name = "A"
  }

  expect_failures = [var.name]
}

run "no_repository_is_refused" {
  command = plan

  variables {
    repositories = []
  }

  expect_failures = [var.repositories]
}

run "a_repository_in_capitals_is_refused" {
  command = plan

  variables {
    repositories = ["Airside"]
  }

  expect_failures = [var.repositories]
}

run "a_handful_of_images_is_refused" {
  command = plan

  variables {
    versions_max = 5
  }

  expect_failures = [var.versions_max]
}

