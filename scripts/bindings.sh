#!/usr/bin/env bash
# Writes the Go side of the contract Tally from .cache/contracts/combined.json:
#
#	scripts/bindings.sh [output directory, default internal/ledger/evm/bind]
#
#	bind.go      packs calls, unpacks results, events and errors
#	runtime.hex  the deployed code, for a genesis that holds the contract
set -euo pipefail
cd "$(dirname "$0")/.."

contract=Tally.sol:Tally
combined=${COMBINED:-.cache/contracts/combined.json}
out=${1:-internal/ledger/evm/bind}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

node - "$combined" "$contract" "$work" <<-'EOF'
	const fs = require("node:fs");
	const [combined, name, work] = process.argv.slice(2);
	const { contracts, version } = JSON.parse(fs.readFileSync(combined));
	const contract = contracts[name];
	if (!contract) throw new Error(`${combined} holds no ${name}`);
	fs.writeFileSync(`${work}/tally.json`, JSON.stringify({ contracts: { [name]: contract }, version }));
	fs.writeFileSync(`${work}/runtime.hex`, contract["bin-runtime"]);
EOF

abigen=$(scripts/tools.sh abigen)
"$abigen" --v2 --combined-json "$work/tally.json" --pkg bind --out "$work/bind.go"

mkdir -p "$out"
chmod 644 "$work/bind.go"
mv "$work/bind.go" "$work/runtime.hex" "$out/"
