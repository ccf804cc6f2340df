#!/usr/bin/env bash
# Back the store and the log's signing key up into a folder, by day; run it daily: backup.sh /srv/backups
# A backup that cannot be read again is none, so the copy is checked before older ones are removed.
set -euo pipefail
folder=${1:?give the folder for backups}
keep=${2:-14}
home=${GEOPOLITY_HOME:?GEOPOLITY_HOME names the state folder}
umask 077
mkdir -p "$folder"
day=$(date -u +%Y-%m-%dT%H%M%SZ)
target=$folder/geopolity-$day
mkdir "$target"
geopolity db backup "$target/store"
[ -s "$target/store" ] || { echo "The backup $target/store is empty." >&2; exit 1; }
[ ! -d "$home/keys" ] || cp -a "$home/keys" "$target/keys"
(cd "$target" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
find "$folder" -maxdepth 1 -type d -name 'geopolity-*' | sort | head -n "-$keep" | xargs -r rm -rf --
echo "$target"
