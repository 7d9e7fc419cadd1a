#!/usr/bin/env bash
# Prints the directory of Fabric's programs, building them first when they are
# missing:
#
#	bin/tally-network --programs "$(scripts/fabric.sh)" up
#
# It holds peer, orderer and configtxgen, and sampleconfig/, the settings that
# belong to them. The release is the one that scripts/fabric.mod pins: Fabric's
# dependencies would lift the product's; what orders, SmartBFT, is mended by
# scripts/smartbft.patch, whose head says why. The directory's name is the hash of
# these files and of the Go release, as for scripts/tools.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

mod=scripts/fabric.mod
fix=scripts/smartbft.patch
hash=$({ go version; cat "$mod" "${mod%.mod}.sum" "$fix"; } | sha256sum | cut -c1-16)
dir=$PWD/.cache/tools/fabric-$hash

if [ ! -d "$dir" ]; then
	mapfile -t packages < <(grep -oE 'github.com/hyperledger/fabric/cmd/[a-z]+' "$mod")
	all=$(go list -modfile="$mod" -deps "${packages[@]}" | wc -l)
	echo "fabric.sh: building ${packages[*]##*/} from $all packages (once per pin; minutes on a small machine)" >&2
	mkdir -p "$dir.$$"
	trap 'rm -rf "$dir.$$"' EXIT
	bft=github.com/hyperledger-labs/SmartBFT
	go mod download -modfile="$mod" "$bft"
	cp -r "$(go list -modfile="$mod" -m -f '{{.Dir}}' "$bft")" "$dir.$$/smartbft"
	chmod -R u+w "$dir.$$/smartbft"
	patch --quiet -p1 -d "$dir.$$/smartbft" <"$fix"
	cp "$mod" "$dir.$$/fabric.mod"
	cp "${mod%.mod}.sum" "$dir.$$/fabric.sum"
	mod=$dir.$$/fabric.mod
	go mod edit -replace="$bft=$dir.$$/smartbft" "$mod"
	# -v names each package that is compiled; what is cached is not named.
	go build -modfile="$mod" -trimpath -buildvcs=false -v -o "$dir.$$/" "${packages[@]}" 2>&1 |
		awk '/^[a-z0-9.-]+(\/[^ ]*)?$/ {if (++n % 100 == 0) print "fabric.sh: " n " packages compiled" > "/dev/stderr"; next} {print > "/dev/stderr"}'
	cp -r "$(go list -modfile="$mod" -m -f '{{.Dir}}' github.com/hyperledger/fabric)/sampleconfig" "$dir.$$/"
	chmod -R u+w "$dir.$$"
	rm -r "$dir.$$/smartbft" "$dir.$$"/fabric.{mod,sum}
	mv -T "$dir.$$" "$dir" 2>/dev/null || [ -d "$dir" ] # another may have been faster
fi
echo "$dir"
