#!/usr/bin/env bash
# Fails when a committed generated file differs from what its source gives now.
set -euo pipefail
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

scripts/bindings.sh "$fresh"
for file in "$fresh"/*; do
	committed=internal/ledger/evm/contract/bind/$(basename "$file")
	if ! cmp -s "$file" "$committed"; then
		echo "check-generate: $committed is out of date: run 'make generate' and commit it" >&2
		exit 1
	fi
done
