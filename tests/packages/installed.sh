#!/usr/bin/env bash
# cmake --install, and a program that finds the library there. Usage: installed.sh BUILD PROGRAM SOURCES
set -euo pipefail
build=$(realpath "$1") program=$(realpath "$2") sources=$(realpath "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$build" --prefix "$folder/prefix" >/dev/null
for file in bin/cfn-codesign share/man/man1/cfn-codesign.1.gz share/bash-completion/completions/cfn-codesign \
  share/fish/vendor_completions.d/cfn-codesign.fish share/zsh/vendor-completions/_cfn-codesign share/doc/cfn-codesign/README.md; do
  [ -s "$folder/prefix/$file" ] || { printf 'FAILED: %s is not installed\n' "$file"; exit 1; }
done
if grep -rlF -e "$sources" -e "$build" "$folder/prefix" --include='*.h' --include='*.cmake'; then
  printf 'FAILED: these name a folder of the build\n'
  exit 1
fi

cmake -S "$sources/tests/packages/consumer" -B "$folder/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" >/dev/null
cmake --build "$folder/consumer" >"$folder/log" || { cat "$folder/log"; exit 1; }

# The verbs of the library say what the program says.
template=$sources/samples/unsigned-function/template.yaml
code=0
"$folder/consumer/consumer" "$template" >"$folder/by-library.yaml" 2>"$folder/findings" || code=$?
if [ "$code" -ne 1 ] || ! grep -q ': unsigned-function: ' "$folder/findings"; then
  printf 'FAILED: the library finds something else\n'
  cat "$folder/findings"
  exit 1
fi
"$program" transform - <"$template" >"$folder/by-program.yaml" 2>/dev/null
cmp "$folder/by-library.yaml" "$folder/by-program.yaml"
if cmp -s "$template" "$folder/by-library.yaml"; then printf 'FAILED: nothing was transformed\n'; exit 1; fi
printf '1 passed, 0 failed\n'
