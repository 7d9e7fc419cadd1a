#!/usr/bin/env bash
# Vouchers from issue to audit, on this machine: see tally demo --help.
#
#	scripts/demo.sh [flags of tally demo]                 on an embedded chain
#	LEDGER=journal scripts/demo.sh [flags of tally demo]  on a journal
#	LEDGER=fabric scripts/demo.sh [flags of tally demo]   on a Fabric network of
#	                                                      its own, gone afterwards
#	INDEX=redis scripts/demo.sh [flags of tally demo]     with a Redis of its own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ledger=${LEDGER:-evm}
if [ "$ledger" != fabric ]; then
	exec bin/tally demo --ledger "$ledger" --index "${INDEX:-memory}" "$@"
fi

export TALLY_NETWORK_DATA
TALLY_NETWORK_DATA=$(mktemp -d -t tally-demo-network-XXXXXX)
TALLY_NETWORK_PROGRAMS=$(scripts/fabric.sh)
export TALLY_NETWORK_PROGRAMS
trap 'bin/tally-network down --erase; rm -rf "$TALLY_NETWORK_DATA"' EXIT
echo "demo: bringing a Fabric network up: three organisations, one Raft orderer"
bin/tally-network up --form small --ports "${PORTS:-18500}" --chaincode bin/tally-chaincode --ready ready
eval "$(bin/tally-network connect jasmine)"
bin/tally demo --ledger fabric --index "${INDEX:-memory}" "$@"
