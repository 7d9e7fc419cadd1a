#!/usr/bin/env bash
# Runs the tests of the contracts in the EVM: contracts/test, with forge.
#
#	scripts/test-contracts.sh [flags of forge test]
#
# FOUNDRY_FUZZ_RUNS (1000) and FOUNDRY_INVARIANT_RUNS (256) say how long; see
# contracts/foundry.toml for the rest. With flags it is one run of forge, with
# these: --match-contract InvariantsTest, say.
set -euo pipefail
cd "$(dirname "$0")/.."

forge=scripts/npm/node_modules/@foundry-rs/forge-linux-amd64/bin/forge
if [ ! -x "$forge" ]; then
	cat >&2 <<-TEXT
		test-contracts: forge is missing. scripts/npm has it for Linux on x86-64; this is $(uname -s) on $(uname -m).
		test-contracts: elsewhere install Foundry 1.7.1 (https://getfoundry.sh) and run in the root of the repository:
		test-contracts:   FOUNDRY_CONFIG=contracts/foundry.toml forge test
	TEXT
	exit 1
fi

runs=${FOUNDRY_FUZZ_RUNS:-1000}
export FOUNDRY_CONFIG=contracts/foundry.toml

if [ $# -gt 0 ]; then
	exec "$forge" test "$@"
fi

echo "test-contracts: $runs runs of each property, ${FOUNDRY_INVARIANT_RUNS:-256} of the invariants; compiling comes first, when something changed"
"$forge" test --no-match-contract CodecTest

# A run makes a command of up to 48 KB, and mutates it.
echo "test-contracts: $((runs / 20)) runs for the encoding of each command"
FOUNDRY_FUZZ_RUNS=$((runs / 20)) "$forge" test --match-contract CodecTest
