#!/usr/bin/env bash
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
#
# Builds and runs the suite on other systems, each in a root of its own that debootstrap makes:
#
#   tools/matrix.sh [SYSTEM [COMPILER [BOOST]]]     all rows, or those that match, such as: trixie g++ 1.88
#
# For each system its g++ and its clang with the oldest and the newest usable Boost. Prints a table, also to
# build/logs/matrix; each row's output is in build/logs/matrix-…. Fails if a row does.
#
# The roots stay in HANDRAIL_MATRIX (/var/cache/handrail-matrix), with what was built and ccache's files, for the next run;
# HANDRAIL_MIRROR is where Debian comes from. What a root sees of the running system is mounted in a namespace of its own,
# so that nothing stays mounted, however a run ends. Needs root and debootstrap.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly systems=(bookworm trixie sid)
readonly cache=${HANDRAIL_MATRIX:-/var/cache/handrail-matrix}
readonly mirror=${HANDRAIL_MIRROR:-http://deb.debian.org/debian}
readonly logs=build/logs
readonly layout='%-10s %-16s %-7s %7s %7s %9s\n'

# An interrupted debootstrap leaves nothing that looks like a root.
make_root() {
  local system=$1 root="$cache/$1"
  [ -d "$root" ] && return
  rm -rf "$root.new"
  debootstrap --variant=minbase "$system" "$root.new" "$mirror" >"$logs/matrix-$system-debootstrap.log" 2>&1
  # No fsync for each of Boost's headers: a root can be made again. Mirrors may be snapshots of last month.
  echo force-unsafe-io >"$root.new/etc/dpkg/dpkg.cfg.d/matrix"
  echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/matrix"
  mv "$root.new" "$root"
}

# The tree as it is now, and with its times, so that only what has changed is built again.
copy_sources() {
  local root=$1
  rm -rf "$root/src"
  mkdir -p "$root/src" "$root/build" "$root/ccache"
  git ls-files -z --cached --others --exclude-standard | those_there |
    tar --null --files-from=- --create | tar --extract --directory="$root/src" --no-same-owner
}

# Without what was deleted and is not committed yet.
those_there() {
  local file
  while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
  done
}

# inside ROOT COMMAND...: in a mount namespace, which ends with the command.
inside() {
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private bash -c '
    mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
      { mountpoint -q "$1/dev/pts" || mount -t devpts devpts "$1/dev/pts"; } && exec chroot "$@"' inside "$@"
}

# one_row SYSTEM COMPILER BOOST: its line of the table, and the names of what failed
one_row() {
  local system=$1 compiler=$2 boost=$3 log="$logs/matrix-$1-$2-$3.log" result version passed failed seconds
  inside "$cache/$system" /src/tools/matrix_row.sh "$compiler" "$boost" >"$log" 2>&1 </dev/null || true
  result=$(tail -n 1 "$log")
  [[ $result = row\|* ]] || result="row|$compiler|$boost|0|see its log|0"
  IFS='|' read -r _ version boost passed failed seconds <<<"$result"
  # shellcheck disable=SC2059 # the layout is ours
  printf "$layout" "$system" "$version" "$boost" "$passed" "$failed" "$seconds" | tee -a "$logs/matrix"
  sed -n 's/^    \([A-Z]*: \)/  \1/p' "$log" | tee -a "$logs/matrix"
  [ "$failed" = 0 ]
}

# rows_of SYSTEM [COMPILER [BOOST]]: those that match
rows_of() {
  local system=$1 rows
  rows=$(inside "$cache/$system" /src/tools/matrix_row.sh --rows 2>"$logs/matrix-$system-rows.log") || return 1
  awk -v compiler="${2:-}" -v boost="${3:-}" '
    (compiler == "" || compiler == $1) && (boost == "" || boost "" == $2 "") { print; found = 1 }
    END { exit !found }' <<<"$rows" || { echo "$system has: ${rows//$'\n'/, }" >&2 && return 1; }
}

run_system() {
  local system=$1 rows compiler boost status=0
  make_root "$system"
  copy_sources "$cache/$system"
  rows=$(rows_of "$@") || {
    echo "$system: no such row, or apt failed:" >&2
    tail -n 3 "$logs/matrix-$system-rows.log" >&2
    return 1
  }
  while read -r compiler boost; do
    one_row "$system" "$compiler" "$boost" || status=1
  done <<<"$rows"
  return "$status"
}

main() {
  local status=0 system
  mkdir -p "$logs" "$cache"
  # shellcheck disable=SC2059 # the layout is ours
  printf "$layout" system compiler boost passed failed seconds | tee "$logs/matrix"
  for system in "${systems[@]}"; do
    [ "${1:-$system}" != "$system" ] || run_system "$system" "${@:2}" || status=1
  done
  return "$status"
}

main "$@"; exit # whatever has become of this file meanwhile
