#!/usr/bin/env bash
# Writes the Go side of the contracts from .cache/contracts/combined.json:
#
#	scripts/bindings.sh [output directory, default internal/ledger/evm/contract/bind]
#
#	bind.go             packs calls, unpacks results, events and errors
#	runtime.hex         the deployed code of Tally, for a genesis that holds it
#	administration.hex  the same of Administration
#
# To its users Tally is one contract: what it judges (ITally) and what
# Administration answers at its address (IRecords).
set -euo pipefail
cd "$(dirname "$0")/.."

combined=${COMBINED:-.cache/contracts/combined.json}
out=${1:-internal/ledger/evm/contract/bind}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

node - "$combined" "$work" <<-'EOF'
	const fs = require("node:fs");
	const [combined, work] = process.argv.slice(2);
	const { contracts, version } = JSON.parse(fs.readFileSync(combined));
	const find = (name) => {
		if (!contracts[name]) throw new Error(`${combined} holds no ${name}`);
		return contracts[name];
	};
	const tally = find("Tally.sol:Tally");
	const abi = [...find("interfaces/ITally.sol:ITally").abi, ...find("interfaces/IRecords.sol:IRecords").abi];
	fs.writeFileSync(`${work}/tally.json`, JSON.stringify({ contracts: { "Tally.sol:Tally": { ...tally, abi } }, version }));
	fs.writeFileSync(`${work}/runtime.hex`, tally["bin-runtime"]);
	fs.writeFileSync(`${work}/administration.hex`, find("Administration.sol:Administration")["bin-runtime"]);
EOF

abigen=$(scripts/tools.sh abigen)
"$abigen" --v2 --combined-json "$work/tally.json" --pkg bind --out "$work/bind.go"

mkdir -p "$out"
chmod 644 "$work/bind.go"
mv "$work/bind.go" "$work"/*.hex "$out/"
