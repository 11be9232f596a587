#!/usr/bin/env bash
# The licences of what is linked into the static binary, as Debian's packages tell them.
set -euo pipefail
cat <<'TEXT'
cfn-codesign is under the licence in LICENSE. The binary holds parts of the following, too, under the licences below.
TEXT
for package in libyaml-cpp-dev libre2-dev libfmt-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev rapidjson-dev libc6-dev libstdc++-12-dev; do
  copyright=/usr/share/doc/$package/copyright
  [ -r "$copyright" ] || continue
  printf '\n==== %s\n\n' "$package"
  cat "$copyright"
done
