#!/usr/bin/env bash
# packages/github/lint.sh as a runner runs it. Usage: github_action.sh PROGRAM SOURCES
set -euo pipefail
program=$(realpath "$1") sources=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/temp" "$folder/work"
# Prints its words in place of a program, which leaves a report where it is told to.
cat >"$folder/bin/cfn-codesign" <<'TEXT'
#!/usr/bin/env bash
printf '<%s>\n' "$@" >"$RUNNER_TEMP/words"
for word in "$@"; do case $word in sarif=*) printf '{}' >"${word#sarif=}" ;; esac; done
exit 1
TEXT
chmod +x "$folder/bin/cfn-codesign"
export PATH=$folder/bin:$PATH RUNNER_TEMP=$folder/temp GITHUB_OUTPUT=$folder/output
cd "$folder/work"

failures=0 checks=0
check() {
  local name=$1
  shift
  checks=$((checks + 1))
  "$@" || { printf 'FAILED: %s\n' "$name"; failures=$((failures + 1)); }
}
step() {  # step PATHS ARGS
  code=0
  : >"$GITHUB_OUTPUT"
  CODESIGN_PATHS=$1 CODESIGN_ARGS=$2 CODESIGN_VERSION=installed bash "$sources/packages/github/lint.sh" >"$folder/log" 2>&1 || code=$?
}

# shellcheck disable=SC2016
step $'with blank.yaml\n$(touch gone)\n; touch gone' '--strict  --fail-on never `touch gone`'
check 'the exit code is that of the program' test "$code" -eq 1
check 'nothing of an input is run' test ! -e gone
# shellcheck disable=SC2016
check 'every path is one word, behind the options' test "$(tr -d '\n' <"$RUNNER_TEMP/words")" = \
  "<lint><--strict><--fail-on><never><\`touch><gone\`><--output><sarif=$RUNNER_TEMP/cfn-codesign.sarif><--><with blank.yaml><\$(touch gone)><; touch gone>"
check 'the report is handed on' grep -qx "sarif=$RUNNER_TEMP/cfn-codesign.sarif" "$GITHUB_OUTPUT"

# Where the program makes no report, none of an earlier run is handed on.
ln -sf "$program" "$folder/bin/cfn-codesign"
step nothing.yaml '--no-such-option'
check 'a wrong option is told' test "$code" -eq 2
check 'no report, no upload' test ! -s "$GITHUB_OUTPUT"

printf '%s passed, %s failed\n' "$((checks - failures))" "$failures"
[ "$failures" -eq 0 ]
