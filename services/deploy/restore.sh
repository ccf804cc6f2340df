#!/usr/bin/env bash
# Restore a backup into an empty place: GEOPOLITY_HOME=/new/home restore.sh /srv/backups/geopolity-2026-11-26T020000Z
set -euo pipefail
backup=${1:?give the folder of a backup}
home=${GEOPOLITY_HOME:?GEOPOLITY_HOME names the state folder}
umask 077
(cd "$backup" && sha256sum --quiet --check SHA256SUMS)
mkdir -p "$home"
if [ -d "$backup/keys" ]; then
  [ ! -e "$home/keys" ] || { echo "$home/keys is there already and is left alone; use an empty GEOPOLITY_HOME." >&2; exit 1; }
  cp -a "$backup/keys" "$home/keys"
fi
geopolity db restore "$backup/store"
geopolity db status
