#!/usr/bin/env bash
# Builds the Go programs that tests drive, into CACHE_DIR/<hash of sources and go.sum>/bin, once; prints that folder.
set -euo pipefail
cache=${1:?usage: build.sh CACHE_DIR}
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v go >/dev/null || { echo "Go is needed to build the test programs: https://go.dev/dl" >&2; exit 1; }
hash=$(find . -type f \( -name '*.go' -o -name 'go.*' \) -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
folder=$(realpath -m "$cache")/$hash/bin
if [ ! -d "$folder" ]; then
  building=$(mktemp -d)
  trap 'rm -rf "$building"' EXIT
  for program in */*/main.go; do
    module=$(dirname "$(dirname "$program")")
    name=$(basename "$(dirname "$program")")
    (cd "$module" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$building/$module-$name" "./$name") >&2
  done
  mkdir -p "$(dirname "$folder")"
  mv -T "$building" "$folder" 2>/dev/null || [ -d "$folder" ]
  chmod 755 "$folder"
fi
echo "$folder"
