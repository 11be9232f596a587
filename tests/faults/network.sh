#!/usr/bin/env bash
# The program asks nothing of a network: no command makes a socket, but for the local ones by which the C library asks
# who a user is; and where there is no network, it says the same.
# Usage: network.sh PROGRAM SAMPLES
set -uo pipefail
program=$(realpath "$1") samples=$(realpath "$2")
. "$(dirname "${BASH_SOURCE[0]}")/scenes.sh"
need_strace 'the network'
trace=(strace -f -qq -e trace=%network -e signal=none -o "$work/trace")
asks_network() { grep -E '^([0-9]+ +)?[a-z0-9_]+\(' "$work/trace" | grep -vE 'AF_(UNIX|LOCAL)|^([0-9]+ +)?(connect|sendto|recvfrom|sendmsg|recvmsg|getsockopt|setsockopt|shutdown)\([0-9]+, *\{sa_family=AF_UNIX'; }

"${trace[@]}" bash -c ': <>/dev/udp/127.0.0.1/9' 2>/dev/null
asks_network >/dev/null || fail 'a socket is not seen'
alone=(unshare --net)
[ "$(id -u)" -eq 0 ] || alone=(unshare --net --map-root-user)
"${alone[@]}" true 2>/dev/null || { alone=(); printf 'SKIPPED: without a network: no namespace may be made here\n'; }

mkdir "$work/samples"
cp -r "$samples"/{walk-through,workspace,stack-sets,unconfigured-signing} "$work/samples"
cd "$work/samples" || exit 1
git init -q . && git add . && git -c user.name=test -c user.email=test@example.com commit -qm samples >/dev/null
printf '\n' >>walk-through/template.yaml
runs=0
asks_nothing() {  # asks_nothing ARGUMENT...
  local code=0
  "${trace[@]}" "$program" "$@" >"$work/with" 2>"$work/with.err" </dev/null || code=$?
  [ $code -le 1 ] || fail "$*: code $code: $(cat "$work/with.err")"
  asks_network | head -3 && fail "$* asks a network"
  runs=$((runs + 1))
  [ ${#alone[@]} -eq 0 ] || [ "${changes-}" = yes ] || {
    "${alone[@]}" "$program" "$@" >"$work/without" 2>"$work/without.err" </dev/null
    cmp -s "$work/with" "$work/without" && cmp -s "$work/with.err" "$work/without.err" || fail "$* says something else without a network"
  }
}
for format in text concise json sarif github gitlab junit checkstyle rdjson; do asks_nothing lint --profile guardrail --format $format .; done
for format in json dot mermaid svg html; do asks_nothing graph --format $format .; done
asks_nothing lint --changed-since HEAD .
asks_nothing lint --no-ignore --list-files .
asks_nothing transform .
asks_nothing plan --profile OrdersProfile .
asks_nothing rules
asks_nothing explain unsigned-function
asks_nothing scaffold --list
asks_nothing man
changes=yes
asks_nothing init .
asks_nothing lint --baseline known.sarif --update-baseline .
asks_nothing lint --output sarif=report.sarif --output junit=report.xml .
asks_nothing transform --write .
asks_nothing plan --write --profile OrdersProfile unconfigured-signing/template.yaml
printf '%s commands asked nothing of a network\n' $runs
finish
