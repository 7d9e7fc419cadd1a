#!/usr/bin/env bash
# SmartBFT, with which Fabric's BFT orderers order, in the release that
# scripts/fabric.mod pins, and the patches of network/fabric/patches/smartbft:
#
#	scripts/smartbft.sh source DIR   copy it to the new directory DIR, patched; STOCK=1: as it is
#	scripts/smartbft.sh test         the series is complete and applies; each patch's own tests pass on it
#	scripts/smartbft.sh test-each    patch by patch: its tests fail without it and pass with it; so do SmartBFT's own
#
# "Without it" is the series up to the patch before, and the tests of this one.
set -euo pipefail
cd "$(dirname "$0")/.."

patches=$PWD/network/fabric/patches/smartbft
mapfile -t series <"$patches/series"

say() { echo "smartbft: $*" >&2; }
fail() { say "$@"; exit 1; }

# copy DIR: SmartBFT as it is.
copy() {
	local module=github.com/hyperledger-labs/SmartBFT
	go mod download -modfile=scripts/fabric.mod "$module"
	cp -r "$(go list -modfile=scripts/fabric.mod -m -f '{{.Dir}}' "$module")" "$1"
	chmod -R u+w "$1"
}

# code PATCH, tests PATCH: what it changes in the program, and in its tests.
code() { awk '/^diff --git / {on = $4 !~ /_test\.go$/} on' "$patches/$1"; }
tests() { awk '/^diff --git / {on = $4 ~ /_test\.go$/} on' "$patches/$1"; }

# apply DIR: a patch, from standard input, that must fit without fuzz.
apply() { patch --quiet --fuzz=0 -p1 -d "$1"; }

# named PATCH: the tests that fail without it, as its head names them.
named() { awk '/^Fails-without-it:/ {on = 1; sub(/^[^:]*:/, "")} on && /^[^ ]/ {exit} on' "$patches/$1" | xargs; }

# run DIR TEST...: the named tests of internal/bft, and what they print.
run() {
	local dir=$1
	shift
	(cd "$dir" && go test -count=1 -v -timeout 5m -run "^($(tr ' ' '|' <<<"$*"))\$" ./internal/bft) 2>&1 | awk '/^(---|    [a-z_]*_test\.go|ok|FAIL|panic|#)/ || /^[^ ]*\.go:/'
}

# check: every patch is in the series, and its head says what it must.
check() {
	local p word
	diff <(printf '%s\n' "${series[@]}") <(cd "$patches" && printf '%s\n' [0-9]*.patch) >&2 || fail "series does not list the patches that are there, in their order"
	for p in "${series[@]}"; do
		for word in Symptom Cause Change Safe Fails-without-it Upstream; do
			grep -q "^$word: " "$patches/$p" || fail "$p: its head has no paragraph \"$word:\""
		done
		[ -n "$(tests "$p")" ] || fail "$p has no test"
	done
}

# passes DIR TEST...: each of them.
passes() {
	local out t
	out=$(run "$@") || true
	for t in "${@:2}"; do
		grep -q "^--- PASS: $t " <<<"$out" || { echo "$out" >&2; fail "$t does not pass with its patch"; }
	done
}

# fails DIR TEST...: each of them, by itself: one that ends the process hides the others.
fails() {
	local out t
	for t in "${@:2}"; do
		out=$(run "$1" "$t") || true
		grep -q "^--- FAIL: $t " <<<"$out" || { echo "$out" >&2; fail "$t does not fail without its patch"; }
	done
}

# SmartBFT's test that hangs by chance at SmartBFT's own commit, without any patch (in 5
# of 40 runs on a busy machine): it sends its messages to the view that a
# synchronization started, while a request to abort the view before may still wait in
# the controller's channel and then ends the new one. It is tried five times.
hangs=TestDeliverTwiceOnceFromSyncAndOnceFromViewData

# suite DIR: SmartBFT's own tests of internal and pkg.
suite() {
	local try
	(cd "$1" && go vet ./internal/... ./pkg/... && go test -count=1 -timeout 10m -skip "^$hangs\$" ./internal/... ./pkg/...) || return
	for try in 1 2 3 4 5; do
		(cd "$1" && go test -count=1 -timeout 1m -run "^$hangs\$" ./internal/bft) && return
		say "  $hangs: try $try failed"
	done
	return 1
}

case ${1:-} in
source)
	copy "$2"
	for p in "${series[@]}"; do
		[ -n "${STOCK:-}" ] || apply "$2" <"$patches/$p"
	done
	;;
test | test-each)
	check
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	dir=$work/smartbft
	copy "$dir"
	all=()
	for p in "${series[@]}"; do
		mapfile -t own < <(named "$p" | tr ' ' '\n')
		all+=("${own[@]}")
		if [ "$1" = test ]; then
			apply "$dir" <"$patches/$p"
			continue
		fi
		say "$p"
		tests "$p" | apply "$dir"
		fails "$dir" "${own[@]}"
		say "  without it: ${own[*]} fail"
		code "$p" | apply "$dir"
		passes "$dir" "${own[@]}"
		say "  with it they pass"
		suite "$dir" >"$work/suite" 2>&1 || { grep -E '^(---|ok|FAIL|panic|smartbft:)' "$work/suite" >&2; fail "SmartBFT's own tests fail with it"; }
		say "  so do SmartBFT's own"
	done
	passes "$dir" "${all[@]}"
	say "${#series[@]} patches: ${#all[@]} tests of theirs pass on all of them"
	;;
*)
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
