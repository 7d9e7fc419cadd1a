#!/usr/bin/env bash
# Starts a server to play with:
#
#	scripts/run.sh [flags of tallyd serve]
#
# Everything it makes is below .data: an operator's key, its passphrase, the
# ledger. A ledger of value has its operators' keys elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

export TALLY_KEYS=$PWD/.data/keys TALLY_PASSPHRASE_FILE=$PWD/.data/passphrase
if [ ! -e "$TALLY_PASSPHRASE_FILE" ]; then
	mkdir -p .data
	(umask 077 && head -c 24 /dev/urandom | base64 >"$TALLY_PASSPHRASE_FILE")
fi
if [ ! -e "$TALLY_KEYS/operator.json" ]; then
	bin/tally key new operator >/dev/null
	echo "run: made the key of an operator in .data/keys"
fi
operator=$(bin/tally --json key show operator | node -p 'JSON.parse(require("fs").readFileSync(0)).address')

cat <<-EOF
	run: the operator is $operator
	run: in another terminal, to use its keys:

	  export TALLY_KEYS=$TALLY_KEYS
	  export TALLY_PASSPHRASE_FILE=$TALLY_PASSPHRASE_FILE
	  bin/tally ledger

EOF
# As variables, so that a flag may say otherwise: none is taken twice.
export TALLYD_DATA=${TALLYD_DATA:-.data/ledger} TALLYD_DRAIN_GRACE=${TALLYD_DRAIN_GRACE:-0s}
exec bin/tallyd serve --operator "$operator" --accept-clock-jump "$@"
