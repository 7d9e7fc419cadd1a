#!/usr/bin/env bash
# Plays a consortium of four hosts on this machine: each has a network namespace
# with an address of its own. network/fabric/hosts is the story. Nothing of it outlives
# the call, and the machine's own network is not touched.
set -euo pipefail
cd "$(dirname "$0")/.."

alone=(unshare --user --map-root-user --net --mount --pid --fork --kill-child --mount-proc)
if ! "${alone[@]}" sh -c 'ip link add a0 type veth peer name a1 && ip link add b0 type bridge' 2>/dev/null; then
	echo "hosts.sh: this machine does not allow what it takes: user namespaces, and veth and bridge in the kernel." >&2
	echo "hosts.sh: try as root, or with sysctl kernel.unprivileged_userns_clone=1; the commands are unshare and ip." >&2
	exit 1
fi

programs=$(scripts/fabric.sh)
go build -o bin/ ./cmd/tally-network
go build -o .cache/hosts/ ./network/fabric/hosts ./network/fabric/testdata/notes
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
TALLY_NETWORK=$PWD/bin/tally-network TALLY_NETWORK_PROGRAMS=$programs \
	"${alone[@]}" .cache/hosts/hosts --data "$dir" --chaincode .cache/hosts/notes
