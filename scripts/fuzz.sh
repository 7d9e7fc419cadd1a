#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME each (default 30s). An
# input that reaches something new is made shorter in few runs only: by default
# that may take a minute for each, in which nothing new is tried.
set -euo pipefail
cd "$(dirname "$0")/.."

{ grep -rE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+\(' ./*/ || true; } |
	sed -E 's/^(.*)\/[^/]*:func (Fuzz[A-Za-z0-9_]+).*/\1 \2/' |
	while read -r dir target; do
		echo "fuzz: $dir $target"
		go test -run='^$' -fuzz="^$target\$" -fuzztime="${FUZZTIME:-30s}" -fuzzminimizetime=20x "$dir" </dev/null
	done
