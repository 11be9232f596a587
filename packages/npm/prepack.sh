#!/usr/bin/env bash
# Puts the static binary where package.json says it is, before npm packs this folder. npm runs it; so does pre-commit,
# in its own clone, for `language: node`. CFN_CODESIGN_BINARY names one that is ready; otherwise it is compiled here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary=${CFN_CODESIGN_BINARY-}
if [ -z "$binary" ]; then
  if ! { cmake --preset static && cmake --build --preset static --target cfn-codesign; } >&2; then
    printf '\ncfn-codesign: it cannot be compiled here, see above. On Debian and Ubuntu, ./dev static in a clone installs what is missing.\n' >&2
    printf 'Or name a binary that is ready: CFN_CODESIGN_BINARY=/usr/bin/cfn-codesign\n' >&2
    exit 1
  fi
  strip build/static/cfn-codesign
  binary=build/static/cfn-codesign
fi
[ -x "$binary" ] || { printf 'cfn-codesign: %s is no program; CFN_CODESIGN_BINARY names it\n' "$binary" >&2; exit 1; }
install -m 755 "$binary" packages/npm/cfn-codesign
bash packages/licences.sh >packages/npm/licences.txt
