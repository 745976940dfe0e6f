#!/usr/bin/env bash
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
#
# Finds the packages of a Debian or Ubuntu system that handrail needs. ./dev and tools/matrix_row.sh
# source it; tests run it:
#
#   tools/packages.sh OFFERED INSTALLED ROLE...     prints the packages for the roles; the first two
#                                                   are files
#   tools/packages.sh --offered ROLE...             prints what apt offers, as such a file
#
# Lists have lines "NAME VERSION". The choice depends on the two lists and nothing else:
#
#   boost, boost-PART   of the newest usable Boost that is installed; else of the default,
#                       libboost-dev, if it is new enough; else of the newest versioned one.
#                       Usable: from 1.81 on, with all parts
#   clang, clang-rt, clang-tidy
#                       of the newest usable clang that is installed; else of the default if it is
#                       new enough; else of the oldest that is. Usable: from 19 on, with its runtime
#                       library
#   NAME?               NAME if it is offered; tests that need it are skipped otherwise
#   NAME                NAME

readonly oldest_boost=1.81 oldest_clang=19

# offered ROLE...: packages of which apt has a version
offered() {
  local names
  local boost='^libboost(-json|-program-options|-test)?([0-9]+\.[0-9]+)?-dev$'
  names=$(apt-cache pkgnames | grep -E "$boost"'|^clang(-[0-9]+)?$|^libclang-rt-[0-9]+-dev$')
  # shellcheck disable=SC2086 # names and roles are words
  apt-cache madison $names "${@%\?}" 2>/dev/null |
    awk -F ' *[|] *' '{ sub(/^ */, "", $1) } !seen[$1]++ { print $1, $2 }'
}

installed() {
  dpkg-query -W -f='${db:Status-Status} ${Package} ${Version}\n' | sed -n 's/^installed //p'
}

# ---- functions of lists ------------------------------------------------------------------------

has() { grep -q "^$2 " <<<"$1"; }
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# usable_boosts LIST PARTS_LIST: oldest first
usable_boosts() {
  local version
  for version in $(sed -nE 's/^libboost([0-9]+\.[0-9]+)-dev .*/\1/p' <<<"$1" | sort -V); do
    at_least "$version" "$oldest_boost" && has "$2" "libboost-json$version-dev" &&
      has "$2" "libboost-program-options$version-dev" && has "$2" "libboost-test$version-dev" &&
      echo "$version"
  done
  return 0
}

# The part of the names between "libboost" and "-dev"; empty for the default.
boost_of() {
  local offered=$1 installed=$2 default chosen
  chosen=$(usable_boosts "$installed" "$offered"$'\n'"$installed" | tail -n 1)
  if [ -z "$chosen" ]; then
    default=$(sed -nE 's/^libboost-dev ([0-9]+\.[0-9]+).*/\1/p' <<<"$offered")
    if [ -n "$default" ] && at_least "$default" "$oldest_boost" &&
      has "$offered" libboost-json-dev; then
      return 0
    fi
    chosen=$(usable_boosts "$offered" "$offered" | tail -n 1)
    [ -n "$chosen" ] || return 1
  fi
  echo "$chosen"
}

# usable_clangs LIST PARTS_LIST: oldest first
usable_clangs() {
  local version
  for version in $(sed -nE 's/^clang-([0-9]+) .*/\1/p' <<<"$1" | sort -n); do
    [ "$version" -ge "$oldest_clang" ] && has "$2" "libclang-rt-$version-dev" && echo "$version"
  done
  return 0
}

clang_of() {
  local offered=$1 installed=$2 usable default chosen
  chosen=$(usable_clangs "$installed" "$offered"$'\n'"$installed" | tail -n 1)
  if [ -z "$chosen" ]; then
    usable=$(usable_clangs "$offered" "$offered")
    default=$(sed -nE 's/^clang ([0-9]+:)?([0-9]+)[.].*/\2/p' <<<"$offered")
    chosen=$(grep -x "${default:-none}" <<<"$usable" || head -n 1 <<<"$usable")
    [ -n "$chosen" ] || return 1
  fi
  echo "$chosen"
}

# packages_for OFFERED INSTALLED ROLE...
packages_for() {
  local offered=$1 installed=$2 role version
  shift 2
  for role in "$@"; do
    case $role in
      boost | boost-*)
        version=$(boost_of "$offered" "$installed") ||
          { echo "no Boost from $oldest_boost on is offered" >&2 && return 1; }
        echo "lib$role$version-dev"
        ;;
      clang | clang-rt | clang-tidy)
        version=$(clang_of "$offered" "$installed") ||
          { echo "no clang from $oldest_clang on is offered" >&2 && return 1; }
        if [ "$role" = clang-rt ]; then
          echo "libclang-rt-$version-dev"
        else
          echo "$role-$version"
        fi
        ;;
      *\?) ! has "$offered" "${role%\?}" || echo "${role%\?}" ;;
      *) echo "$role" ;;
    esac
  done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  if [ "$1" = --offered ]; then
    offered "${@:2}"
  else
    packages_for "$(cat "$1")" "$(cat "$2")" "${@:3}"
  fi
fi
