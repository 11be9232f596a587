#!/usr/bin/env bash
# What the shells themselves offer. Usage: completion.sh bash|fish|zsh PROGRAM
set -euo pipefail
shell=$1 program=$(realpath "$2")
command -v "$shell" >/dev/null || { printf 'SKIPPED: completion: %s is not installed\n' "$shell"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/work"
ln -s "$program" "$folder/bin/cfn-codesign"
export PATH=$folder/bin:$PATH HOME=$folder XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data XDG_CACHE_HOME=$folder/cache
"$program" completion "$shell" >"$folder/_cfn-codesign"
cd "$folder/work"
touch 'with blank.yaml' other.json
export COMPLETION=$folder/_cfn-codesign

# Prints what `cfn-codesign WORD...`, the last one unfinished, can become.
offered_by_bash() {
  bash --norc -c 'source "$COMPLETION"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _cfn_codesign
    printf "%s\n" "${COMPREPLY[@]}"' bash cfn-codesign "$@"
}
offered_by_fish() {
  fish --no-config -c 'source $COMPLETION; complete -C "cfn-codesign $argv"' -- "$*" | cut -f 1
}
# zsh offers only where somebody types.
offered_by_zsh() {
  zsh -f -c 'zmodload zsh/zpty
    zpty typed zsh -f -i
    zpty -w typed "fpath=(${COMPLETION:h} \$fpath); autoload -Uz compinit; compinit -u -D; PS1=; stty -echo; echo REA\"\"DY"
    zpty -m -r typed shown "*READY*"
    zpty -w -n typed "cfn-codesign $1"$'"'\\t'"'
    shown=
    for ((tenths = 0; tenths < 100; ++tenths)); do
      while zpty -t -r typed part; do shown+=$part; done
      [[ $shown == *$WANTED* ]] && break
      sleep 0.1
    done
    print -r -- $shown' zsh "$*" | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g'
}

failures=0 checks=0
offers() {  # offers TEXT WORD...
  local text=$1
  export WANTED=$1
  shift
  checks=$((checks + 1))
  # Read to its end first: a grep that leaves at its match would end the shell by SIGPIPE.
  local offered
  offered=$("offered_by_$shell" "$@")
  [[ $offered != *"$text"* ]] || return 0
  failures=$((failures + 1))
  printf 'FAILED: %s is not offered after: cfn-codesign %s\n' "$text" "$*"
}

offers scaffold ''
offers lint li
offers --format lint --form
offers json lint --format ''
offers never lint --fail-on ''
offers 'blank.yaml' lint ''
offers other.json lint --config ''
offers unsigned-function explain unsigned-f
offers warn-only-config transform --only warn-
offers layer-consumer scaffold layer-c
offers zsh completion ''
[ "$shell" != bash ] || offers json lint --format = js

printf '%s passed, %s failed\n' "$((checks - failures))" "$failures"
[ "$failures" -eq 0 ]
