#!/usr/bin/env bash
# Fails when the module reaches code with a known vulnerability, unless
# scripts/vuln-allow.txt gives a reason why that may stand. GOVULNDB names
# another database, for instance a local copy: file:///srv/vulndb
set -euo pipefail
cd "$(dirname "$0")/.."

db=${GOVULNDB:-https://vuln.go.dev}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

govulncheck=$(scripts/tools.sh govulncheck)
if ! "$govulncheck" -db "$db" -format json ./... >"$work/report" 2>"$work/errors"; then
	cat "$work/errors" >&2
	if grep -q 'fetching vulnerabilities' "$work/errors"; then
		echo "vuln: nothing was checked: the database $db can not be read." >&2
		echo "vuln: GOVULNDB=file:///... names a local copy of it." >&2
	fi
	exit 1
fi
node scripts/vuln.mjs scripts/vuln-allow.txt <"$work/report"
