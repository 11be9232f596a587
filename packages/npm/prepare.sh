#!/usr/bin/env bash
# Puts the static binary where package.json says it is, before npm packs this folder. npm runs it; so does pre-commit,
# in its own clone, for `language: node`. CFN_CODESIGN_BINARY names one that is ready; otherwise it is compiled here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary=${CFN_CODESIGN_BINARY-}
if [ -z "$binary" ]; then
  for tool in cmake ninja c++; do
    command -v "$tool" >/dev/null && continue
    printf 'cfn-codesign: "%s" is needed to compile the program. ./dev static installs what is missing on Debian and Ubuntu;\n' "$tool" >&2
    printf 'or name a binary that is ready: CFN_CODESIGN_BINARY=/usr/bin/cfn-codesign\n' >&2
    exit 1
  done
  ./dev static >&2
  binary=build/static/cfn-codesign
fi
[ -x "$binary" ] || { printf 'cfn-codesign: %s is no program; CFN_CODESIGN_BINARY names it\n' "$binary" >&2; exit 1; }
install -m 755 -s "$binary" packages/npm/cfn-codesign
bash packages/licences.sh >packages/npm/licences.txt
