#!/usr/bin/env bash
# pre-commit itself, with the hooks of .pre-commit-hooks.yaml, in a repository of its own and without the network.
# Usage: pre_commit.sh system|node PROGRAM SOURCES
set -euo pipefail
language=$1 program=$(realpath "$2") sources=$(realpath "$3")
for tool in pre-commit git; do
  command -v "$tool" >/dev/null || { printf 'SKIPPED: pre-commit: %s is not installed\n' "$tool"; exit 77; }
done
if [ "$language" = node ]; then
  command -v npm >/dev/null || { printf 'SKIPPED: pre-commit with node: npm is not installed\n'; exit 77; }
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder PRE_COMMIT_HOME=$folder/pre-commit npm_config_offline=true npm_config_update_notifier=false
export GIT_CONFIG_GLOBAL=$folder/gitconfig GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name Somebody
git config --global user.email somebody@localhost
git config --global init.defaultBranch main
git config --global protocol.file.allow always
# A hook of git runs in the repository of this project only if nothing says otherwise.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

suffix=
if [ "$language" = system ]; then
  mkdir "$folder/bin"
  ln -s "$program" "$folder/bin/cfn-codesign"
  PATH=$folder/bin:$PATH
else
  suffix=-node
  export CFN_CODESIGN_BINARY=$program
fi

# What pre-commit clones: the files of the work tree that it reads.
hooks=$folder/hooks
mkdir "$hooks"
cp -r "$sources"/{.pre-commit-hooks.yaml,.npmrc,.gitignore,package.json,README.md,LICENSE,packages} "$hooks"
git -C "$hooks" init -q
git -C "$hooks" add .
git -C "$hooks" commit -qm hooks

failures=0 checks=0
check() {  # check NAME CONDITION...
  local name=$1
  shift
  checks=$((checks + 1))
  "$@" || { printf 'FAILED: %s\n' "$name"; cat "$folder/log"; failures=$((failures + 1)); }
}
commits() {  # commits ARGUMENT...
  git commit "$@" >"$folder/log" 2>&1
}
is_blocked() { ! commits "$@"; }

mkdir "$folder/work"
cd "$folder/work"
git init -q
use() {  # use HOOK
  printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: %s\n' \
    "$hooks" "$(git -C "$hooks" rev-parse HEAD)" "$1$suffix" >.pre-commit-config.yaml
  git add .pre-commit-config.yaml
}
use cfn-codesign-lint
pre-commit install-hooks >"$folder/log" 2>&1 || { cat "$folder/log" "$folder/pre-commit/pre-commit.log"; exit 1; }
pre-commit install >/dev/null

# A commit without templates passes, and nothing is said of its files.
printf '{"name": "no template"}\n' >package.json
printf 'key: {{ .Values.key }}: [\n' >chart.yaml
git add .
check 'what is no template passes' commits -vm start
check 'what is no template is not spoken of' test "$(grep -c 'skipped: ' "$folder/log")" -eq 0

cp "$sources/samples/unsigned-function/template.yaml" 'template with blank.yaml'
git add .
check 'lint blocks an unsigned function' is_blocked -m unsigned
check 'lint says why' grep -q 'error\[unsigned-function\]' "$folder/log"

# transform fixes the file, and fails so that the fix is looked at and staged.
use cfn-codesign-transform
check 'a fixed file fails the hook' is_blocked -m fix
check 'pre-commit says that files were modified' grep -q 'files were modified by this hook' "$folder/log"
check 'the file is signed' grep -q CodeSigningConfigArn 'template with blank.yaml'
git add .
check 'the second commit passes' commits -m fixed
use cfn-codesign-lint
printf '        args: [--fail-on, error]\n' >>.pre-commit-config.yaml
git add .
check 'lint agrees' commits -m 'lint again'

# Partly staged: what is committed is judged, and what is not stays as it is.
cp "$sources/samples/unsigned-function/template.yaml" other.yaml
git add other.yaml
"$program" transform --write other.yaml >/dev/null 2>&1
cp other.yaml "$folder/signed.yaml"
check 'an unsigned function that only the work tree has fixed is blocked' is_blocked -m partial
check 'the work tree keeps what was not staged' cmp -s other.yaml "$folder/signed.yaml"
git add other.yaml
cp "$sources/samples/unsigned-function/template.yaml" other.yaml
check 'a signed function passes that only the work tree has broken' commits -m 'partial again'
check 'the work tree keeps that, too' cmp -s other.yaml "$sources/samples/unsigned-function/template.yaml"
git checkout -q other.yaml

# How long it takes, and the tool alone.
for number in $(seq 100); do cp other.yaml "template-$number.yaml"; done
git add .
milliseconds() {
  local begin=${EPOCHREALTIME/./}
  "$@" >"$folder/log" 2>&1 || true
  printf '%s' $(((${EPOCHREALTIME/./} - begin) / 1000))
}
alone=$(milliseconds "$program" lint --templates-only ./*.yaml)
hook=$(milliseconds pre-commit run --all-files)
check 'the hook passes for a hundred templates' grep -q Passed "$folder/log"
printf 'language %s, 100 templates: pre-commit %s ms, of which the tool alone takes %s ms\n' "$language" "$hook" "$alone"

printf '%s passed, %s failed\n' "$((checks - failures))" "$failures"
[ "$failures" -eq 0 ]
