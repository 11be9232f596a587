#!/usr/bin/env bash
# The step of action.yml: lints, and leaves a SARIF file. CODESIGN_PATHS has a path a line, CODESIGN_ARGS words,
# CODESIGN_VERSION a version of the npm package, or "installed".
set -euo pipefail

paths=() words=()
while IFS= read -r path; do
  [ -z "$path" ] || paths+=("$path")
done <<<"$CODESIGN_PATHS"
read -r -d '' -a words <<<"$CODESIGN_ARGS" || true

if [ "$CODESIGN_VERSION" = installed ]; then
  program=(cfn-codesign)
else
  program=(npx --yes "cfn-codesign@$CODESIGN_VERSION")
fi

sarif=${RUNNER_TEMP:-/tmp}/cfn-codesign.sarif
rm -f "$sarif"
code=0
"${program[@]}" lint "${words[@]}" --output "sarif=$sarif" -- "${paths[@]}" || code=$?
[ ! -s "$sarif" ] || printf 'sarif=%s\n' "$sarif" >>"$GITHUB_OUTPUT"
exit "$code"
