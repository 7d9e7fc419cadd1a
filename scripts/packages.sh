#!/usr/bin/env bash
# Installs the Debian packages whose commands are missing. It needs root only
# then, and says nothing when all are there. More are named as command:package.
set -euo pipefail

# command:package
needed=(gcc:gcc groff:groff-base jq:jq make:make node:nodejs npm:npm openssl:openssl patch:patch redis-server:redis-server xxd:xxd "$@")

missing=()
for pair in "${needed[@]}"; do
	command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done

if [ ${#missing[@]} -gt 0 ]; then
	install="apt-get install -y --no-install-recommends ${missing[*]}"
	if ! command -v apt-get >/dev/null; then
		echo "setup: please install: ${missing[*]}" >&2
		exit 1
	elif [ "$(id -u)" -ne 0 ]; then
		echo "setup: please run as root: apt-get update && $install" >&2
		exit 1
	fi
	echo "setup: installing ${missing[*]}"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	$install -qq >/dev/null
fi

# Debian's Go is too old to fetch the release that go.mod names; its Node.js may be.
if ! command -v go >/dev/null; then
	echo "setup: please install Go, at least $(sed -n 's/^go //p' go.mod): https://go.dev/dl" >&2
	exit 1
fi
if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
	echo "setup: Node.js $(node --version) is too old, please install 20 or later: https://nodejs.org" >&2
	exit 1
fi
