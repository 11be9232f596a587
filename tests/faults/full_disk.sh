#!/usr/bin/env bash
# Writes that take less than they are given, a limit on the size of files, and a disk that is full.
# Usage: full_disk.sh PROGRAM SAMPLES SHORT_WRITES, a library that makes writes short; it calls itself with a fourth word
# where it may mount what nobody else sees.
set -uo pipefail
program=$(realpath "$1") samples=$(realpath "$2") short_writes=$(realpath "$3")
. "$(dirname "${BASH_SOURCE[0]}")/scenes.sh"

if [ "${4-}" = privately ]; then
  mkdir "$work/disk"
  mount -t tmpfs -o size=256k none "$work/disk" || exit 77
  old=0 new=0
  for scene in "${scenes[@]}"; do
    set_scene "$scene"
    for free in 0 4 8 12 16 20 24 28 32 48 64; do
      rm -rf "$work/disk"/*
      folder=$work/disk/$scene
      cp -a "$before" "$folder"
      head -c 1M /dev/zero >"$work/disk/ballast" 2>/dev/null
      truncate -s -$((free * 1024)) "$work/disk/ballast"
      code=0
      run_scene "$program" || code=$?
      state=$(state_of_scene)
      case "$state $code" in
        'old 2') old=$((old + 1)); grep -q 'No space left' "$work/err" || fail "$scene, $free KB free: $(cat "$work/err")" ;;
        'new 0') new=$((new + 1)) ;;
        *) fail "$scene, $free KB free: $state, code $code: $(cat "$work/err")" ;;
      esac
    done
  done
  umount "$work/disk"
  printf 'a disk with 0 to 64 KB free: the old file %s times, the new one %s times\n' $old $new
  [ $old -gt 0 ] && [ $new -gt 0 ] || fail 'the disk was never full, or always'
  [ "$failures" -eq 0 ]
  exit
fi

# strace's own lie, a write that claims what it did not do, is noticed, too.
lying=()
command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null && lying=(strace -f -qq -e trace=write -e signal=none -o /dev/null)
[ ${#lying[@]} -gt 0 ] || printf 'SKIPPED: writes that claim what they did not do: strace may not trace here\n'

limited() { (ulimit -f 1 && exec "$program" "$@"); }
for scene in "${scenes[@]}"; do
  set_scene "$scene"
  reset_scene
  run_scene env LD_PRELOAD="$short_writes" "$program" || fail "$scene, with short writes: $(cat "$work/err")"
  [ "$(state_of_scene)" = new ] || fail "$scene, with short writes: $(state_of_scene)"
  if [ "$(stat -c %s "$after/$written")" -gt 1024 ]; then
    reset_scene
    code=0
    run_scene limited || code=$?
    [ $code -eq 2 ] && grep -q 'File too large' "$work/err" || fail "$scene, with a limit: code $code: $(cat "$work/err")"
    [ "$(state_of_scene)" = old ] || fail "$scene, with a limit: $(state_of_scene)"
  fi
  [ ${#lying[@]} -gt 0 ] || continue
  lies=0
  for number in 1 2 3; do
    reset_scene
    code=0
    run_scene "${lying[@]}" -e inject=write:retval=1:when=$number "$program" || code=$?
    case "$(state_of_scene) $code" in
      old\ 2) grep -q 'the new text is not what was stored' "$work/err" && lies=$((lies + 1)) ;;
      new\ [02]) ;;  # another write was lied about: to a terminal, or none
      *) fail "$scene, with a lie: $(state_of_scene), code $code: $(cat "$work/err")" ;;
    esac
  done
  [ $lies -gt 0 ] || fail "$scene: no lie was noticed"
done

private=(unshare --mount)
[ "$(id -u)" -eq 0 ] || private=(unshare --mount --map-root-user)
code=77
if "${private[@]}" true 2>/dev/null; then
  code=0
  "${private[@]}" bash "${BASH_SOURCE[0]}" "$@" privately || code=$?
fi
case $code in
  0) ;;
  77) printf 'SKIPPED: a full disk: nothing may be mounted here\n' ;;
  *) fail 'a full disk' ;;
esac
finish
