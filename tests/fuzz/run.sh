# Runs fuzz targets for so many seconds each, two at a time or as many as CODESIGN_FUZZ_JOBS says:
# run.sh PROGRAMS KEPT SOURCES CORPUS SECONDS TARGET…
# KEPT/corpus/TARGET has the inputs that reached something new, KEPT/crashes/TARGET those that broke something. Says
# what became of each target in a line at the end, and fails if anything broke.
set -euo pipefail
programs=$1 kept=$2 sources=$3 corpus=$4 seconds=$5
shift 5

# What a target begins with, beside what earlier runs kept.
seeds() {
  unsorted_seeds "$1" | LC_ALL=C sort
}

unsorted_seeds() {
  case $1 in
    parse | lint | transform | workspace)
      find "$sources/samples" -type f \( -name '*.yaml' -o -name '*.json' \)
      [ ! -d "$corpus" ] || find "$corpus" -type f \( -name '*.y*ml' -o -name '*.json' -o -name '*.template' \)
      ;;
    config) find "$sources/samples" -name .cfn-codesign.yaml ;;
    samconfig) find "$sources/samples" -name samconfig.toml ;;
    baseline) find "$sources/samples/reports" -name report.json -o -name report.sarif ;;
  esac
}

run_target() {
  local target=$1 found=$kept/corpus/$1 broken=$kept/crashes/$1 log=$kept/$1.log options=()
  mkdir -p "$found" "$broken"
  seeds "$target" | paste -sd, - >"$kept/$target.seeds"
  [ ! -s "$kept/$target.seeds" ] || [ "$(cat "$kept/$target.seeds")" = "" ] || options+=("-seed_inputs=@$kept/$target.seeds")
  TIMEFORMAT='%U %S'
  {
    time "$programs/fuzz-$target" -max_total_time="$seconds" -timeout=60 -report_slow_units=60 -rss_limit_mb=1024 -max_len=16384 \
      -dict="$sources/tests/fuzz/words.dict" -artifact_prefix="$broken/" -print_final_stats=1 \
      -seed="${CODESIGN_FUZZ_SEED-0}" -reload=0 \
      "${options[@]}" "$found" >"$log" 2>&1 || true
  } 2>"$kept/$target.time"
  local executed covered
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  covered=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | grep -o '[0-9]*' || true)
  printf '%-10s %9s executions, %5.0f CPU seconds, coverage %6s, %s findings\n' "$target" "${executed:-no}" \
    "$(awk '{print $1 + $2}' "$kept/$target.time")" "${covered:-none}" "$(find "$broken" -type f | wc -l)" >"$kept/$target.result"
}

for target in "$@"; do
  rm -f "$kept/$target.result"
  while [ "$(jobs -rp | wc -l)" -ge "${CODESIGN_FUZZ_JOBS-2}" ]; do wait -n; done
  run_target "$target" &
done
wait
failed=0
for target in "$@"; do
  cat "$kept/$target.result"
  # Where libFuzzer did not come to its end, its log says why.
  if [ -n "$(find "$kept/crashes/$target" -type f)" ] || ! grep -q '^stat::number_of_executed_units' "$kept/$target.log"; then
    failed=1
    grep -E 'BROKEN|ERROR|SUMMARY|runtime error|Test unit written' "$kept/$target.log" >&2 || tail -5 "$kept/$target.log" >&2
  fi
done
exit $failed
