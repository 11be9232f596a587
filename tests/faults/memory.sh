#!/usr/bin/env bash
# Memory is bounded: whatever one file holds, half a gigabyte of addresses is enough to judge it, or to refuse it.
# Usage: memory.sh PROGRAM
set -uo pipefail
program=$(realpath "$1") kilobytes=$((512 * 1024))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
tried=0
function_of='Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {Code: src}}\n'

# repeated COUNT TEXT
repeated() { awk -v count="$1" -v text="$2" 'BEGIN { for (i = 0; i < count; ++i) printf "%s", text }'; }
# numbered COUNT BEFORE BEHIND
numbered() { awk -v count="$1" -v before="$2" -v behind="$3" 'BEGIN { for (i = 0; i < count; ++i) printf "%s%d%s", before, i, behind }'; }

# judged NAME EXPECTED: template.yaml or template.json, and what the report says
judged() {
  local name=$1 expected=$2 file code=0
  file=$(echo template.*)
  (ulimit -v "$kilobytes" && exec "$program" lint --format concise "$file") >out 2>err || code=$?
  [ $code -eq 1 ] || { printf 'FAILED: %s: code %s\n' "$name" $code; head -c 500 err; exit 1; }
  grep -qF -- "$expected" out || { printf 'FAILED: %s: not said: %s\n' "$name" "$expected"; head -c 500 out; exit 1; }
  tried=$((tried + 1))
  rm -f template.*
}
beginning() { printf "$function_of${1-}" >template.yaml; }

truncate -s 100M template.yaml
judged 'a file of 100 MB' 'the file is larger than 16 MB'
unsigned='[unsigned-function]' too_many='the template has more than a million values'
too_much_in_brackets='a list or mapping in brackets has more than a million signs of structure'

beginning 'Metadata: [' && repeated 1000000 'a,' >>template.yaml && printf ']\n' >>template.yaml
(ulimit -v $((kilobytes / 8)) && exec "$program" lint template.yaml) >out 2>err && { printf 'FAILED: ulimit does nothing here\n'; exit 1; }
grep -q 'memory' err || { printf 'FAILED: too little memory is not said:\n'; head -c 500 err; exit 1; }
judged 'a list of a million' "$unsigned"
beginning 'Metadata: [' && repeated 2000000 'a,' >>template.yaml && printf ']\n' >>template.yaml
judged 'a list of two million' "$too_many"
beginning 'Metadata: [' && repeated 500000 '{},' >>template.yaml && printf ']\n' >>template.yaml
judged 'half a million mappings' "$unsigned"
beginning 'Metadata:\n' && repeated 1000000 $'  - a\n' >>template.yaml
judged 'a million lines' "$unsigned"
beginning 'Metadata:\n' && numbered 500000 '  k' $': v\n' >>template.yaml
judged 'half a million keys' "$unsigned"
beginning 'Metadata:\n' && numbered 400000 '  - &a' $' x\n' >>template.yaml
judged 'anchors' "$unsigned"
beginning 'Metadata:\n' && repeated 500000 $'  - !GetAtt a.b\n' >>template.yaml
judged 'tags' "$unsigned"
beginning 'Metadata:\n' && repeated 3000 "  - $(repeated 240 '[')$(repeated 240 ']')"$'\n' >>template.yaml
judged 'brackets within brackets' "$unsigned"
beginning 'Metadata: ' && repeated 8000000 '[' >>template.yaml
judged 'brackets that never close' "$too_much_in_brackets"
beginning 'Metadata: [[' && repeated 5000000 $'a,\n' >>template.yaml
judged 'a list within a list' "$too_much_in_brackets"
beginning && repeated 16000000 $'\n' >>template.yaml
judged 'blank lines' "$unsigned"
beginning && repeated 160000 "# $(repeated 90 x)"$'\n' >>template.yaml
judged 'comments' "$unsigned"
beginning 'Description: ' && repeated 16000000 x >>template.yaml
judged 'one text' 'a value is longer than 1 MB'
beginning 'Metadata:\n'
for _ in {1..15}; do printf '  - "' && repeated 1000000 x && printf '"\n'; done >>template.yaml
judged 'long texts' "$unsigned"
printf '{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Code":"src"}}},"Metadata":[' >template.json
repeated 1000000 '{},' >>template.json && printf '1]}' >>template.json
judged 'a million mappings, in JSON' "$unsigned"
printf '%b' 'Metadata: [&a [' >template.yaml && repeated 1000 '1,' >>template.yaml && printf '%b' '], ' >>template.yaml
repeated 100000 '*a,' >>template.yaml && printf ']\n%b' "$function_of" >>template.yaml
judged 'aliases' 'as its aliases stand for many'
printf 'Resources:\n' >template.yaml
numbered 4000 '  F' $': {Type: AWS::Lambda::Function, Properties: {Code: src, CodeSigningConfigArn: !Ref C}}\n' >>template.yaml
printf '  C: {Type: AWS::Lambda::CodeSigningConfig, Properties: {AllowedPublishers: {SigningProfileVersionArns: [' >>template.yaml
repeated 100000 'a,' >>template.yaml && printf ']}}}\n' >>template.yaml
judged 'functions and publishers' '[undecided-conditions]'
printf '%s files were judged within %s MB of addresses.\n' $tried $((kilobytes / 1024))
