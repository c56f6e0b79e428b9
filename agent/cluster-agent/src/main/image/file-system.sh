#!/usr/bin/env bash
# Lays out the image's file system in FOLDER: a Java runtime of JAVA_HOME with just the modules the agent needs, the
# system's libraries that it is linked to, and the little of /etc that looking up names needs. Does nothing if it is there.
set -euo pipefail
java_home=$1
folder=$2
modules=java.base,jdk.crypto.ec

[ ! -e "$folder.complete" ] || exit 0
rm -rf "$folder"
mkdir -p "$folder/etc" "$folder/tmp"
"$java_home/bin/jlink" --module-path "$java_home/jmods" --add-modules "$modules" --output "$folder/jre" \
  --strip-debug --no-man-pages --no-header-files --compress=2
# Distributions link this file to their own store.
cp --remove-destination --dereference "$java_home/lib/security/cacerts" "$folder/jre/lib/security/cacerts"

find "$folder/jre" -type f \( -name java -o -name jspawnhelper -o -name '*.so' \) -exec ldd {} + |
  grep -o '/[^ ]*/[^/ ]*\.so[^ ]*' | grep -v "^$folder" | sort -u |
  while read -r library; do
    mkdir -p "$folder$(dirname "$library")"
    cp --dereference "$library" "$folder$library"
  done

echo 'hosts: files dns' >"$folder/etc/nsswitch.conf"
echo 'agent:x:1000:1000::/:/none' >"$folder/etc/passwd"
touch "$folder.complete"
