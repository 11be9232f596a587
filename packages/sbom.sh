#!/usr/bin/env bash
# What is linked into the static binary, as a CycloneDX 1.5 document (https://cyclonedx.org/docs/1.5/json/): the sources
# that Debian built the packages from. Usage: sbom.sh VERSION
set -euo pipefail
version=$1
components=()
for package in libyaml-cpp-dev libre2-dev libfmt-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev rapidjson-dev libc6-dev libstdc++-12-dev; do
  IFS=' ' read -r source at < <(dpkg-query -W -f '${source:Package} ${source:Version}\n' "$package")
  components+=("$(printf '{"type": "library", "name": "%s", "version": "%s", "purl": "pkg:deb/debian/%s@%s?arch=source"}' \
    "$source" "$at" "${source//+/%2B}" "${at//+/%2B}")")
done
printf '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.5",\n  "version": 1,\n  "metadata": {"component": {"type": "application", "name": "cfn-codesign", "version": "%s"}},\n  "components": [\n' "$version"
printf '    %s,\n' "${components[@]:0:${#components[@]}-1}"
printf '    %s\n  ]\n}\n' "${components[-1]}"
