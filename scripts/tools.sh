#!/usr/bin/env bash
# Prints the path of a development tool, building it first when it is missing:
#
#	"$(scripts/tools.sh golangci-lint)" run
#
# The tools and their versions are the `tool` lines of scripts/tools.mod and,
# because their dependencies would lift the others', scripts/lint.mod and
# scripts/geth.mod, whose geth is a node that tests run. A binary
# lies in .cache/tools/ under the hash of its module files and of the Go
# release, so a new pin builds anew and an old one costs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

name=${1:?usage: scripts/tools.sh NAME}

for mod in scripts/tools.mod scripts/lint.mod scripts/geth.mod; do
	package=$(grep -oE "[^[:space:]]+/$name\$" "$mod") && break
done
if [ -z "${package:-}" ]; then
	echo "tools.sh: no tool line for $name in a module file of scripts/" >&2
	exit 1
fi

hash=$({ go version; cat "$mod" "${mod%.mod}.sum"; } | sha256sum | cut -c1-16)
binary=$PWD/.cache/tools/$name-$hash

if [ ! -x "$binary" ]; then
	echo "tools.sh: building $name (once per pin; minutes on a small machine)" >&2
	mkdir -p .cache/tools
	go build -modfile="$mod" -trimpath -buildvcs=false -o "$binary.$$" "$package"
	find .cache/tools -name "$name-*" ! -name "*.$$" -delete
	mv "$binary.$$" "$binary"
fi
echo "$binary"
