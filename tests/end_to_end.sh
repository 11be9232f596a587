#!/usr/bin/env bash
# The built program, run as people run it: exit codes, pipes, git apply and patch.
# Usage: end_to_end.sh PROGRAM SAMPLES
set -uo pipefail
program=$(realpath "$1") samples=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
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
  "$@" >"$folder/out" 2>"$folder/err" </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || { printf 'exit code %s, not %s: %s\n' "$code" "$wanted" "$*"; cat "$folder/err"; return 1; }
}

# Every diff is taken by git apply and by patch, and both give what --write gives.
for sample in "$samples"/*/; do
  file=$(cd "$sample" && ls template.* 2>/dev/null | head -n 1)
  [ -n "$file" ] || continue
  name=$(basename "$sample")
  arguments=()
  [ -e "$sample/arguments" ] && read -r -a arguments <"$sample/arguments"
  for way in git patch write; do
    mkdir -p "$folder/$name/$way/with blank"
    cp "$sample/$file" "$folder/$name/$way/with blank/$file"
  done
  cd "$folder/$name/git" || exit 1
  "$program" transform "${arguments[@]}" . >"$folder/$name.diff" 2>/dev/null
  if [ -s "$folder/$name.diff" ]; then
    check "git apply takes the diff of $name" git apply --whitespace=nowarn "$folder/$name.diff"
    cd "$folder/$name/patch" || exit 1
    check "patch takes the diff of $name" patch --quiet --binary -p1 -i "$folder/$name.diff"
  fi
  cd "$folder/$name/write" || exit 1
  "$program" transform --write "${arguments[@]}" . >/dev/null 2>&1
  check "git apply and --write agree on $name" cmp -s "with blank/$file" "../git/with blank/$file"
  check "patch and --write agree on $name" cmp -s "with blank/$file" "../patch/with blank/$file"
  "$program" transform --write "${arguments[@]}" . >"$folder/again" 2>/dev/null
  check "a second --write changes nothing in $name" test ! -s "$folder/again"
  check "--write leaves nothing else behind in $name" test "$(find . -type f | wc -l)" -eq 1
done

cd "$folder" || exit 1
cp "$samples/unsigned-function/template.yaml" unsigned.yaml
"$program" transform --policy enforce --publisher arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12 \
  - <unsigned.yaml >signed.yaml 2>/dev/null

check 'findings: 1' exits 1 "$program" lint unsigned.yaml
check 'clean: 0' exits 0 "$program" lint signed.yaml
check 'fail-on never: 0' exits 0 "$program" lint --fail-on never unsigned.yaml
check 'no such file: 2' exits 2 "$program" lint nothing.yaml
check 'an unknown option: 2' exits 2 "$program" lint --colour unsigned.yaml
check 'no command: 2' exits 2 "$program"
check 'check, to change: 1' exits 1 "$program" transform --check unsigned.yaml
check 'check, nothing to change: 0' exits 0 "$program" transform --check signed.yaml
check 'a diff: 0' exits 0 "$program" transform unsigned.yaml
check 'a bad publisher: 2' exits 2 "$program" transform --publisher arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders unsigned.yaml
for command in '' lint transform rules explain graph; do
  # shellcheck disable=SC2086
  check "--help $command" exits 0 "$program" $command --help
  # shellcheck disable=SC2086
  check "--version $command" exits 0 "$program" $command --version
done

chmod 640 unsigned.yaml
ln -s unsigned.yaml link.yaml
check 'write through a link: 0' exits 0 "$program" transform --write link.yaml
check 'the link stays a link' test -L link.yaml
check 'the mode stays' test "$(stat -c %a unsigned.yaml)" = 640
check 'what is behind the link is signed' grep -q CodeSigningConfigArn unsigned.yaml

if [ -e /dev/full ]; then
  "$program" lint unsigned.yaml >/dev/full 2>/dev/null
  check 'output that cannot be written: 2' test $? -eq 2
fi

printf '%s passed, %s failed\n' "$((checks - failures))" "$failures"
[ "$failures" -eq 0 ]
