#!/usr/bin/env bash
# Every call that the program makes on files fails in turn, by strace's injection; after each, what it writes is the old
# file or the new one, byte for byte, nothing else is there, and what it says is true.
# Usage: injected.sh PROGRAM SAMPLES [all]. With all, each call of every scene fails with each error; without, each of few
# scenes with one of them.
set -uo pipefail
program=$(realpath "$1") samples=$(realpath "$2") how=${3-}
. "$(dirname "${BASH_SOURCE[0]}")/scenes.sh"
need_strace 'calls that fail'
[ "$how" = all ] || scenes=("${few_scenes[@]}")
errors=(ENOSPC EIO EINTR EDQUOT EACCES)
declare -A injected=()
runs=0 old=0 new=0 others=0

try() {  # try CALL NUMBER ERROR
  local code=0 state
  reset_scene
  run_scene strace -f -qq -e trace="$1" -e signal=none -e inject="$1:error=$3:when=$2" -o "$work/trace" "$program" || code=$?
  grep -q INJECTED "$work/trace" || return 0
  runs=$((runs + 1)) injected[$1 $3]=$((${injected[$1 $3]-0} + 1))
  state=$(state_of_scene)
  case $state in
    old) old=$((old + 1)) ;;
    new) new=$((new + 1)) ;;
    # What could not be read is not in the report, which says so.
    whole) others=$((others + 1)) && [ $code -eq 2 ] && may_be_incomplete || fail "$scene, $1 number $2, $3: another file, code $code: $(cat "$work/err")" ;;
    *) fail "$scene, $1 number $2, $3: neither the old nor the new file: $(ls -A "$folder" | tr '\n' ' ')"; return ;;
  esac
  local said
  said="$scene, $1 number $2, $3: $state, code $code: $(head -c 300 "$work/err")"
  case $code in
    0) [ $state = new ] || fail "$said" ;;
    1 | 2) [ -s "$work/err" ] || fail "without a word: $said" ;;
    *) fail "$said" ;;
  esac
  ! grep -q 'is unchanged' "$work/err" || [ $state = old ] || fail "not true: $said"
  if [ "$code" -ne 0 ] && [ $state = new ]; then
    grep -qE 'did not confirm|standard output cannot be written' "$work/err" || grep -q "^changed $written" "$work/out" || fail "written, and not said: $said"
  fi
}
may_be_incomplete() { [[ $scene =~ ^(report|graph|init|baseline$) ]] && grep -q template.yaml "$work/err"; }

for scene in "${scenes[@]}"; do
  set_scene "$scene"
  turn=0
  while read -r call number; do
    if [ "$how" = all ]; then
      for error in "${errors[@]}"; do try "$call" "$number" "$error"; done
    else
      try "$call" "$number" "${errors[turn++ % ${#errors[@]}]}"
    fi
  done < <(calls_of_scene)
done

for key in "${!injected[@]}"; do printf '%s %s\n' "$key" "${injected[$key]}"; done | sort |
  awk '{ row[$1] = row[$1] " " $2 " " $3 "," } END { for (call in row) print call ":" row[call] }' | sort | sed 's/,$//'
printf '%s faults in %s scenes: the old file %s times, the new one %s times, %s times one of what could be read\n' \
  $runs ${#scenes[@]} $old $new $others
[ $runs -gt 0 ] || fail 'nothing was injected'
finish
