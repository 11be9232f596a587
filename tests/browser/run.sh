#!/usr/bin/env bash
# The browser test, where there is Node.js. Usage: run.sh PROGRAM SAMPLES MODULES SCREENSHOTS
set -euo pipefail
command -v node >/dev/null || { echo 'SKIPPED: the browser: there is no Node.js; ./dev browser installs what it needs'; exit 77; }
exec node "$(dirname "${BASH_SOURCE[0]}")/pages.test.mjs" "$@"
