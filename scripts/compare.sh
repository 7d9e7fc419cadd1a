#!/usr/bin/env bash
# Measures redemptions at the tallyd of another commit and at this tree's, in turns:
#
#	scripts/compare.sh COMMIT [flags of bench run]
#
# The other tallyd is built once, below .cache/before. It serves ledgers that this
# tree's code founded, so it has to be of a release that reads them.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse --verify --quiet "${1:?usage: scripts/compare.sh COMMIT}^{commit}") || {
	echo "compare.sh: there is no commit $1" >&2
	exit 2
}
shift
tallyd=$PWD/.cache/before/$commit

if [ ! -x "$tallyd" ]; then
	tree=$(mktemp -d)
	trap 'rm -rf "$tree"' EXIT
	mkdir -p .cache/before
	git archive "$commit" | tar -x -C "$tree"
	(cd "$tree" && go build -o "$tallyd.$$" ./cmd/tallyd)
	mv "$tallyd.$$" "$tallyd"
fi
mkdir -p .cache/bench
go build -o .cache/bench/ ./scripts/bench/...
.cache/bench/bench run --tallyd-before "$tallyd" "$@" compare
