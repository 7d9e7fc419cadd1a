#!/usr/bin/env bash
# Prints the directory of Fabric's programs, building them first when they are
# missing:
#
#	bin/tally-network --programs "$(scripts/fabric.sh)" up
#
# It holds peer, orderer and configtxgen, and sampleconfig/, the settings that
# belong to them. scripts/fabric.mod pins the release: Fabric's dependencies would
# lift the product's. What orders in a BFT network, SmartBFT, is patched by
# network/fabric/patches/smartbft; with STOCK=1 it is as Fabric ships it. An orderer
# says at its operations port which it is (/version), and `tally-network status` says
# so, too. The directory's name has the hash of these files, of the code of the
# patches and of the Go release, as for scripts/tools.sh.
set -euo pipefail
cd "$(dirname "$0")/.."

mod=scripts/fabric.mod
patches=network/fabric/patches/smartbft
mapfile -t series <"$patches/series"

version=$(sed -nE 's/.*hyperledger\/fabric v.*-([0-9a-f]{12}) .*/\1/p' "$mod")
kind=fabric-stock
if [ -z "${STOCK:-}" ]; then
	kind=fabric
	version+=+smartbft.${#series[@]}
fi
# A patch's words and tests are no part of what is built.
code() { [ -n "${STOCK:-}" ] || (cd "$patches" && cat "${series[@]}") | awk '/^diff --git / {on = $4 !~ /_test\.go$/} /^From / {on = 0} on'; }
hash=$({ go version; cat "$mod" "${mod%.mod}.sum"; echo "$version"; code; } | sha256sum | cut -c1-16)
dir=$PWD/.cache/tools/$kind-$hash

if [ ! -d "$dir" ]; then
	mapfile -t packages < <(grep -oE 'github.com/hyperledger/fabric/cmd/[a-z]+' "$mod")
	all=$(go list -modfile="$mod" -deps "${packages[@]}" | wc -l)
	echo "fabric.sh: building ${packages[*]##*/} from $all packages (once per pin; minutes on a small machine)" >&2
	mkdir -p "$dir.$$"
	trap 'rm -rf "$dir.$$"' EXIT
	scripts/smartbft.sh source "$dir.$$/smartbft"
	cp "$mod" "$dir.$$/fabric.mod"
	cp "${mod%.mod}.sum" "$dir.$$/fabric.sum"
	mod=$dir.$$/fabric.mod
	go mod edit -replace="github.com/hyperledger-labs/SmartBFT=$dir.$$/smartbft" "$mod"
	# -v names each package that is compiled; what is cached is not named.
	go build -modfile="$mod" -trimpath -buildvcs=false -v -o "$dir.$$/" \
		-ldflags "-X github.com/hyperledger/fabric/common/metadata.CommitSHA=$version" "${packages[@]}" 2>&1 |
		awk '/^[a-z0-9.-]+(\/[^ ]*)?$/ {if (++n % 100 == 0) print "fabric.sh: " n " packages compiled" > "/dev/stderr"; next} {print > "/dev/stderr"}'
	cp -r "$(go list -modfile="$mod" -m -f '{{.Dir}}' github.com/hyperledger/fabric)/sampleconfig" "$dir.$$/"
	chmod -R u+w "$dir.$$"
	rm -r "$dir.$$/smartbft" "$dir.$$"/fabric.{mod,sum}
	mv -T "$dir.$$" "$dir" 2>/dev/null || [ -d "$dir" ] # another may have been faster
fi
echo "$dir"
