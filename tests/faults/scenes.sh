# Sourced by the tests beside it: what the program writes, each as a folder to begin with, a command, and a file.
# Wants: program, samples.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Leaks cannot be looked for under ptrace; the shim of short writes stands before the sanitizers.
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0
publisher=arn:aws:signer:eu-west-1:210987654321:/signing-profiles/Orders/AbCdEfGh12
scenes=(transform transform-of-others report report-again plan plan-again baseline baseline-again init graph)
few_scenes=(transform report plan-again baseline-again)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
fail() { printf 'FAILED: %s\n' "$*"; failures=$((failures + 1)); }

# What `set_scene SCENE` sets: the command, the file it writes, and the folder before.
set_scene() {
  scene=$1
  written=report.json
  case $scene in
    transform*) written=template.yaml command=(transform --write --policy enforce --publisher "$publisher" template.yaml) ;;
    report*) command=(lint --fail-on never --output json=report.json template.yaml) ;;
    plan*) written=samconfig.toml command=(plan --write --profile OrdersProfile template.yaml) ;;
    baseline*) written=baseline.json command=(lint --fail-on never --baseline baseline.json --update-baseline template.yaml) ;;
    init) written=.cfn-codesign.yaml command=(init template.yaml) ;;
    graph) written=signing.html command=(graph --format html --output signing.html template.yaml) ;;
  esac
  before=$work/$scene.before folder=$work/$scene after=$work/$scene.after
  rm -rf "$before" "$after"
  mkdir "$before"
  cp "$samples/walk-through/template.yaml" "$before/template.yaml"
  chmod 640 "$before/template.yaml"
  case $scene in
    # Only root can keep a file what it is to others.
    transform-of-others) [ "$(id -u)" -ne 0 ] || chown 12345:12345 "$before/template.yaml" ;;
    report-again) echo 'an old report' >"$before/report.json" ;;
    plan-again) printf 'version = 0.1\n\n[default.deploy.parameters] # as it is\nstack_name = "orders"\n' >"$before/samconfig.toml" ;;
    baseline-again)
      cp "$samples/unsigned-function/template.yaml" "$before/other.yaml"
      (cd "$before" && "$program" lint --fail-on never --baseline baseline.json --update-baseline other.yaml) >/dev/null 2>&1
      ;;
  esac
  reset_scene
  run_scene "$program" || fail "$scene does not work: $(cat "$work/err")"
  cp -a "$folder" "$after"
  [ ! -e "$before/$written" ] || [ "$(kept "$before")" = "$(kept "$after")" ] || fail "$scene does not keep mode and owner"
  cmp -s "$before/$written" "$after/$written" && fail "$scene writes nothing"
  [ "$(ls -A "$after" | wc -l)" -le $(($(ls -A "$before" | wc -l) + 1)) ] || fail "$scene leaves something behind"
}

reset_scene() { rm -rf "$folder" && cp -a "$before" "$folder"; }

# run_scene RUNNER... : the command, by whatever runs it.
run_scene() { (cd "$folder" && "$@" "${command[@]}") >"$work/out" 2>"$work/err" </dev/null; }

kept() { stat -c '%a %u %g' "$1/$written" 2>/dev/null; }
ends_of() { head -n 1 "$1/$written" 2>/dev/null; tail -n 1 "$1/$written" 2>/dev/null; }

# old, new, whole (a report with another content) or neither. Of everything in the folder but what a killed run may leave.
state_of_scene() {
  local left
  left=$(ls -A "$folder")
  if [ "${may_leave-}" = yes ]; then left=$(grep -vxF ".$written.cfn-codesign" <<<"$left" || true); fi
  local now=neither
  # A file that is not there has the same bytes as one that is not there.
  if cmp -s "$folder/$written" "$after/$written" && [ "$(kept "$folder")" = "$(kept "$after")" ] && [ "$left" = "$(ls -A "$after")" ]; then now=new
  elif cmp -s "$folder/$written" "$before/$written" && [ "$left" = "$(ls -A "$before")" ]; then now=old
  elif [ ! -e "$folder/$written" ] && [ ! -e "$before/$written" ] && [ "$left" = "$(ls -A "$before")" ]; then now=old
  elif [ "$left" = "$(ls -A "$after")" ] && [ "$(ends_of "$folder")" = "$(ends_of "$after")" ]; then now=whole; fi
  echo $now
}

# Every call of the program on files, in the order of the trace, as "NAME NUMBER": the how many-th of that name. What
# loads the program comes first, and ends with giving back what it knew of libraries.
calls_of_scene() {
  reset_scene
  run_scene strace -f -qq -e trace=%file,%desc,munmap -e signal=none -o "$work/trace" "$program"
  sed -nE 's/^([0-9]+ +)?([a-z0-9_]+)\(.*/\2/p' "$work/trace" |
    awk '{ ++count[$1] } began && !/^(mmap|munmap)$/ { print $1, count[$1] } /^munmap$/ { began = 1 }'
}

need_strace() {
  command -v strace >/dev/null || { printf 'SKIPPED: %s: there is no strace; ./dev faults installs it\n' "$1"; exit 77; }
  strace -qq -o /dev/null true 2>/dev/null || { printf 'SKIPPED: %s: strace may not trace here\n' "$1"; exit 77; }
}

finish() {
  printf '%s failed\n' "$failures"
  [ "$failures" -eq 0 ]
}
