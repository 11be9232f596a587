#!/usr/bin/env bash
# The reports of all samples, judged by what others wrote: SARIF by Microsoft's Multitool, JUnit by the XSD of Jenkins'
# xUnit plugin (junit-10.xsd, MIT License, named in the file), Checkstyle's XML by xmllint, rdjson by rdformat-validator,
# Code Quality by gitlab.schema.json. Usage: run.sh PROGRAM SAMPLES MODULES
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 samples=$2 modules=$3
for tool in node xmllint; do
  command -v "$tool" >/dev/null || { echo "SKIPPED: the reports: there is no $tool; ./dev reports installs what it needs"; exit 77; }
done
multitool=$modules/node_modules/.bin/sarif-multitool
[ -x "$multitool" ] || { echo 'SKIPPED: the reports: there is no sarif-multitool; ./dev reports installs what it needs'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0
fail() { printf 'FAILED: %s\n' "$1"; failures=$((failures + 1)); }

cp -r "$samples" "$folder/samples"
cd "$folder" || exit 1
"$program" lint --profile guardrail --output sarif=r.sarif --output junit=r.junit.xml --output checkstyle=r.checkstyle.xml \
  --output gitlab=r.gitlab --output rdjson=r.rdjson samples >/dev/null 2>&1
"$program" lint --baseline known.sarif --update-baseline samples >/dev/null 2>&1
cp samples/unsigned-function/template.yaml samples/walk-through/template.yaml
"$program" lint --profile guardrail --baseline known.sarif --output sarif=compared.sarif samples >/dev/null 2>&1
grep -q '"baselineState": "absent"' compared.sarif || fail 'nothing is absent'
cp known.sarif updated.sarif
"$program" lint --baseline updated.sarif --update-baseline samples >/dev/null 2>&1
cmp -s known.sarif updated.sarif && fail 'no baseline was updated'
[ -s r.rdjson ] || fail 'no reports were written'

# SARIF2005 asks for an informationUri, and this project has no page.
for report in r.sarif known.sarif updated.sarif compared.sarif; do for kind in Sarif Ghas; do
  "$multitool" validate $report --rule-kind $kind --output judged.sarif --log ForceOverwrite >multitool.log 2>&1
  grep -q 'Analysis completed successfully' multitool.log || fail "Multitool does not end with $report ($kind)"
  grep -E ': (error|warning) ' multitool.log | grep -v SARIF2005 | grep . && fail "Multitool has something against $report ($kind)"
done; done
sed 's/"endColumn": [0-9]*/"endColumn": 0/' r.sarif >broken.sarif
judgement=$("$multitool" validate broken.sarif --output judged.sarif --log ForceOverwrite 2>&1 || true)
grep -q ': error ' <<<"$judgement" || fail 'Multitool takes everything'

xmllint --noout --schema "$here/junit-10.xsd" r.junit.xml 2>xml.log || { head -5 xml.log; fail 'JUnit'; }
sed 's/ failures="[0-9]*"//' r.junit.xml | xmllint --noout --schema "$here/junit-10.xsd" - 2>/dev/null && fail 'the XSD takes everything'
xmllint --noout r.checkstyle.xml || fail 'Checkstyle'
node "$here/validate.mjs" "$modules" "$here/gitlab.schema.json" r.gitlab r.rdjson || failures=$((failures + 1))

printf '%s failed\n' "$failures"
[ "$failures" -eq 0 ]
