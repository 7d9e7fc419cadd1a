#!/usr/bin/env bash
# Runs the tests of the contracts in the EVM: contracts/test, with forge.
#
#	scripts/test-contracts.sh [flags of forge test]
#
# FOUNDRY_FUZZ_RUNS and FOUNDRY_INVARIANT_RUNS say how long.
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

echo "test-contracts: compiling, then ${FOUNDRY_FUZZ_RUNS:-1000} runs of each property, ${FOUNDRY_INVARIANT_RUNS:-256} of the invariants"
FOUNDRY_CONFIG=contracts/foundry.toml exec "$forge" test "$@"
