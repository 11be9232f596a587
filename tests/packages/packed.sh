#!/usr/bin/env bash
# The packages that ./dev package makes, each used as it is meant to be, without the network.
# Usage: packed.sh FOLDER, as root for the roots that are empty
set -euo pipefail
sources=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..") packed=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
template=$sources/samples/unsigned-function/template.yaml

failures=0 checks=0
check() {  # check NAME CONDITION...
  local name=$1
  shift
  checks=$((checks + 1))
  "$@" || { printf 'FAILED: %s\n' "$name"; failures=$((failures + 1)); }
}
exits() {  # exits CODE COMMAND...
  local wanted=$1 code=0
  shift
  "$@" >"$folder/log" 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] || { printf 'exit code %s, not %s: %s\n' "$code" "$wanted" "$*"; cat "$folder/log"; return 1; }
}

# --- The binary, where there is nothing else

binary=$packed/cfn-codesign
check 'the binary needs no interpreter' test "$(readelf --program-headers "$binary" | grep -c INTERP)" -eq 0
check 'the binary needs no library' test "$(readelf --dynamic "$binary" | grep -c NEEDED)" -eq 0
check 'the binary is loaded anywhere' grep -q 'DYN' <(readelf --file-header "$binary")
check 'the list of what is linked is JSON, and names all' test "$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).components.length' "$packed/cfn-codesign.cdx.json")" -eq 9
check 'the program as people run it' exits 0 bash "$sources/tests/end_to_end.sh" "$binary" "$sources/samples"
if [ "$(id -u)" -eq 0 ]; then
  root=$folder/root
  mkdir "$root"
  cp "$binary" "$template" "$root"
  # Enough templates for threads.
  mkdir "$root/many"
  for number in $(seq 64); do cp "$template" "$root/many/$number.yaml"; done
  check 'lint, in an empty root' exits 1 chroot "$root" /cfn-codesign lint /template.yaml
  check 'its finding' grep -q 'error\[unsigned-function\]' "$folder/log"
  check 'lint of many, in an empty root' exits 1 chroot "$root" /cfn-codesign lint /many
  check 'all of them' grep -q 'in 64 templates' "$folder/log"
  check 'transform, in an empty root' exits 0 chroot "$root" /cfn-codesign transform --write /template.yaml
  check 'its edit' grep -q CodeSigningConfigArn "$root/template.yaml"
  check 'plan, in an empty root' exits 0 chroot "$root" /cfn-codesign plan --profile Orders /template.yaml
else
  printf 'SKIPPED: the empty root: only root may chroot\n'
fi

# --- The .deb, in a root of its own

deb=$(echo "$packed"/*.deb)
[ -z "$(dpkg-deb --field "$deb" Depends)" ] || printf 'Depends: %s\n' "$(dpkg-deb --field "$deb" Depends)"
root=$folder/debian
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/triggers"
touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
in_root() { dpkg --root="$root" --force-script-chrootless --log="$folder/dpkg.log" "$@"; }
if [ "$(id -u)" -eq 0 ]; then
  check 'the .deb is installed' exits 0 in_root --install "$deb"
  check 'the program of the .deb runs' exits 0 "$root/usr/bin/cfn-codesign" --version
  for file in man/man1/cfn-codesign.1.gz bash-completion/completions/cfn-codesign fish/vendor_completions.d/cfn-codesign.fish \
    zsh/vendor-completions/_cfn-codesign doc/cfn-codesign/copyright doc/cfn-codesign/changelog.gz doc/cfn-codesign/README.md; do
    check "$file" test -s "$root/usr/share/$file"
  done
  check 'the .deb is removed' exits 0 in_root --purge cfn-codesign
  check 'nothing is left' test -z "$(cd "$root" && find . -path ./var/lib/dpkg -prune -o -type f -print -o -type l -print)"
  check 'no folder is left' test ! -e "$root/usr"
else
  printf 'SKIPPED: the .deb in a root of its own: only root may install there\n'
fi

# --- The npm package, by npx

export npm_config_offline=true npm_config_update_notifier=false npm_config_cache=$folder/npm HOME=$folder
tarball=$(echo "$packed"/*.tgz)
mkdir "$folder/npx" "$folder/elsewhere"
cd "$folder/npx"
printf '{"private": true}\n' >package.json
cp "$template" .
check 'npm installs the package' exits 0 npm install --no-audit --no-fund "$tarball"
check 'nothing is said of scripts' test "$(grep -c script "$folder/log")" -eq 0
check 'npx runs it' exits 1 npx cfn-codesign lint template.yaml
check 'npx shows its finding' grep -q 'error\[unsigned-function\]' "$folder/log"
check 'npx runs the tarball as it is' exits 0 npx --yes --package "$tarball" cfn-codesign --version
cd "$folder/elsewhere"
printf '{"private": true}\n' >package.json
# Node.js as it is there.
printf 'Object.defineProperty(process, "platform", {value: "darwin"});' >darwin.cjs
check 'npm refuses another system' exits 1 env NODE_OPTIONS="--require $PWD/darwin.cjs" npm install "$tarball"
check 'npm says why' grep -q 'Unsupported platform for cfn-codesign.*wanted {"os":"linux"' "$folder/log"

printf '%s passed, %s failed\n' "$((checks - failures))" "$failures"
[ "$failures" -eq 0 ]
