#!/usr/bin/env bash
# The program is killed at every call that it makes on files, and then at random moments; after each, every file is the
# old one or the new one. What a killed run left behind is gone after the next one; one that is asked to end, by SIGTERM,
# leaves nothing.
# Usage: killed.sh PROGRAM SAMPLES [TIMES]. Without TIMES it is quick: few scenes, few random moments.
set -uo pipefail
program=$(realpath "$1") samples=$(realpath "$2") times=${3-40}
. "$(dirname "${BASH_SOURCE[0]}")/scenes.sh"
need_strace 'runs that are killed'
[ $# -gt 2 ] || scenes=("${few_scenes[@]}")

kills=0 old=0 new=0 leftovers=0 endings=0
for scene in "${scenes[@]}"; do
  set_scene "$scene"
  while read -r call number; do
    for signal in KILL TERM; do
      reset_scene
      { run_scene strace -f -qq -e trace="$call" -e signal=none -e inject="$call:signal=SIG$signal:when=$number" -o /dev/null "$program"; } 2>/dev/null
      code=$?
      [ $code -eq 137 ] || [ $code -eq 143 ] || continue
      # Who is asked to end ends when nothing is left behind.
      if [ $signal = KILL ]; then may_leave=yes kills=$((kills + 1)); else may_leave=no endings=$((endings + 1)); fi
      case $(state_of_scene) in
        old) old=$((old + 1)) ;;
        new) new=$((new + 1)) ;;
        *) fail "$scene, SIG$signal at $call number $number: neither the old nor the new file: $(ls -A "$folder" | tr '\n' ' ')" ;;
      esac
      [ ! -e "$folder/.$written.cfn-codesign" ] || leftovers=$((leftovers + 1))
      may_leave=no
      run_scene "$program"
      [ "$(state_of_scene)" = new ] || fail "$scene, SIG$signal at $call number $number: the next run does not mend it: $(cat "$work/err")"
    done
  done < <(calls_of_scene)
done
printf '%s kills and %s gentle endings, at every call in turn: the old file %s times, the new one %s times, %s times with a file beside it\n' \
  $kills $endings $old $new $leftovers
[ $kills -gt 0 ] && [ $endings -gt 0 ] || fail 'nothing was ended'
[ $leftovers -gt 0 ] || fail 'no kill met a file that was being written'

# Forty templates, so that a good part of the run is writing.
files=40
mkdir "$work/many" "$work/many.after"
for ((i = 0; i < files; ++i)); do cp "$samples/walk-through/template.yaml" "$work/many/$i.yaml"; done
cp "$work/many"/* "$work/many.after"
command=(transform --write --policy enforce --publisher "$publisher" .)
folder=$work/many.after
began=$(date +%s%N)
run_scene "$program"
span=$(($(date +%s%N) - began))
old_sum=$(sha256sum <"$work/many/0.yaml" | cut -d ' ' -f 1) new_sum=$(sha256sum <"$work/many.after/0.yaml" | cut -d ' ' -f 1)
killed=0 all_old=0 all_new=0 some=0 leftovers=0
folder=$work/killed
for ((round = 0; round < times; ++round)); do
  rm -rf "$folder"
  cp -r "$work/many" "$folder"
  delay=$((RANDOM * 32768 + RANDOM))
  delay=$((delay % span))
  { (cd "$folder" && exec timeout -s KILL "$(printf '%d.%09d' $((delay / 1000000000)) $((delay % 1000000000)))" "$program" "${command[@]}") >/dev/null 2>&1; } 2>/dev/null
  [ $? -eq 137 ] && killed=$((killed + 1))
  sums=$(cd "$folder" && sha256sum ./*.yaml | cut -d ' ' -f 1)
  changed=$(grep -cxF "$new_sum" <<<"$sums")
  [ "$(grep -cxF "$old_sum" <<<"$sums")" -eq $((files - changed)) ] || fail "round $round: a third thing"
  left=$(ls -A "$folder" | grep -vxE '[0-9]+\.yaml' || true)
  if [ -n "$left" ]; then
    leftovers=$((leftovers + 1))
    grep -qvxE '\.[0-9]+\.yaml\.cfn-codesign' <<<"$left" && fail "round $round: left behind: $left"
  fi
  case $changed in
    0) all_old=$((all_old + 1)) ;;
    "$files") all_new=$((all_new + 1)) ;;
    *) some=$((some + 1)) ;;
  esac
  [ -z "$left" ] || { run_scene "$program"; diff -r "$folder" "$work/many.after" >/dev/null || fail "round $round: the next run does not mend it"; }
done
printf '%s runs on %s files, %s of them killed at a random moment: %s before the first file, %s between files, %s with all; %s with a file beside it\n' \
  "$times" $files $killed $all_old $some $all_new $leftovers
[ $killed -gt 0 ] || fail 'no run was killed'
finish
