#!/usr/bin/env bash
# What the linker and the compiler put into a program to make faults harder to use. Usage: hardened.sh PROGRAM
set -euo pipefail
program=$1
command -v readelf >/dev/null || { echo 'SKIPPED: hardened: readelf is not installed'; exit 77; }
failures=0
has() {  # has TEXT WHAT OPTION...
  local text=$1 what=$2 shown
  shift 2
  shown=$(readelf --wide "$@" "$program")
  [[ $shown == *"$text"* ]] || { printf 'FAILED: %s\n' "$what"; failures=$((failures + 1)); }
}
has 'Type:                              DYN' 'it is loaded where it always is (PIE)' --file-header
has GNU_RELRO 'its relocations stay writable (RELRO)' --program-headers
has NOW 'its relocations stay writable until they are used (BIND_NOW)' --dynamic
has __stack_chk_fail 'an overrun of the stack is not noticed (stack protector)' --symbols
has _chk@ 'an overrun of a buffer is not noticed (_FORTIFY_SOURCE)' --symbols
[ "$failures" -eq 0 ] && echo 'position-independent, RELRO, BIND_NOW, stack protector, _FORTIFY_SOURCE'
