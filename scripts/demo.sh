#!/usr/bin/env bash
# Vouchers from issue to audit, on this machine: see tally demo --help.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec bin/tally demo "$@"
