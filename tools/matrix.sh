#!/usr/bin/env bash
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
#
# Builds and runs the suite on other systems, each in a root that debootstrap makes:
#
#   tools/matrix.sh [SYSTEM [COMPILER [BOOST]]]     all rows, or those that match, such as
#                                                   trixie g++ 1.88
#
# The rows: for each system, its g++ and its clang with the oldest and the newest usable Boost.
# Prints a table, also to build/logs/matrix; each row's output is in build/logs/matrix-…. Fails if a
# row fails.
#
# The roots, with the builds and ccache's files, stay in HANDRAIL_MATRIX for the next run
# (/var/cache/handrail-matrix). HANDRAIL_MIRROR is the mirror of Debian. Mounts inside a root are
# made in a mount namespace, so that none of them stays, however a run ends. Needs root and
# debootstrap.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly systems=(bookworm trixie sid)
readonly cache=${HANDRAIL_MATRIX:-/var/cache/handrail-matrix}
readonly mirror=${HANDRAIL_MIRROR:-http://deb.debian.org/debian}
readonly logs=build/logs
readonly layout='%-10s %-16s %-7s %7s %7s %9s\n'

# Under another name until it is complete: debootstrap may be interrupted.
make_root() {
  local system=$1 root="$cache/$1"
  [ -d "$root" ] && return
  rm -rf "$root.new"
  debootstrap --variant=minbase "$system" "$root.new" "$mirror" \
    >"$logs/matrix-$system-debootstrap.log" 2>&1
  # No fsync for each of Boost's headers: a root can be made again. A mirror may be an old snapshot.
  echo force-unsafe-io >"$root.new/etc/dpkg/dpkg.cfg.d/matrix"
  echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/matrix"
  mv "$root.new" "$root"
}

# The working tree with its times, so that only changed files are compiled again.
copy_sources() {
  local root=$1
  rm -rf "$root/src"
  mkdir -p "$root/src" "$root/build" "$root/ccache"
  git ls-files -z --cached --others --exclude-standard | existing |
    tar --null --files-from=- --create | tar --extract --directory="$root/src" --no-same-owner
}

# Drops the names of files that were deleted, which git still lists.
existing() {
  local file
  while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
  done
}

# inside ROOT COMMAND...: runs the command in a mount namespace, which ends with it.
inside() {
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private bash -c '
    mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
      { mountpoint -q "$1/dev/pts" || mount -t devpts devpts "$1/dev/pts"; } &&
      exec chroot "$@"' inside "$@"
}

# one_row SYSTEM COMPILER BOOST: prints its line of the table, and the names of failed tests
one_row() {
  local system=$1 compiler=$2 boost=$3 log="$logs/matrix-$1-$2-$3.log"
  local result version passed failed seconds
  inside "$cache/$system" /src/tools/matrix_row.sh "$compiler" "$boost" \
    >"$log" 2>&1 </dev/null || true
  result=$(tail -n 1 "$log")
  [[ $result = row\|* ]] || result="row|$compiler|$boost|0|see its log|0"
  IFS='|' read -r _ version boost passed failed seconds <<<"$result"
  # shellcheck disable=SC2059 # the layout is ours
  printf "$layout" "$system" "$version" "$boost" "$passed" "$failed" "$seconds" |
    tee -a "$logs/matrix"
  sed -n 's/^    \([A-Z]*: \)/  \1/p' "$log" | tee -a "$logs/matrix"
  [ "$failed" = 0 ]
}

# rows_of SYSTEM [COMPILER [BOOST]]: the rows that match
rows_of() {
  local system=$1 rows
  rows=$(inside "$cache/$system" /src/tools/matrix_row.sh --rows \
    2>"$logs/matrix-$system-rows.log") || return 1
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

main "$@"; exit # on this line: bash must not read on in a file that was edited meanwhile
