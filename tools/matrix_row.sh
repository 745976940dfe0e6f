#!/usr/bin/env bash
# Copyright 2026 the handrail authors. Distributed under the Boost Software License, Version 1.0.
#
# One row of the matrix, inside the root of its system (tools/matrix.sh enters it):
#
#   matrix_row.sh --rows           prints the rows of the system, "COMPILER BOOST"; installs nothing
#   matrix_row.sh COMPILER BOOST   installs both, builds, and runs the suite; g++ or clang
#
# The last line is "row|COMPILER AND VERSION|BOOST|PASSED|FAILED|SECONDS". Sources are in /src,
# builds in /build, ccache's files in /ccache.

set -euo pipefail
source /src/tools/packages.sh

readonly roles=(g++ meson ninja-build pkgconf ccache python3 libssl-dev cmake curl git
  "wrk?" "valgrind?" "doxygen?" "libdw-dev?")
export CCACHE_DIR=/ccache CCACHE_DEPEND=1 DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# The oldest and the newest usable Boost, and each of the system's compilers.
rows() {
  local offered boosts compiler boost
  apt-get update -qq >&2
  offered=$(offered)
  boosts=$(usable_boosts "$offered" "$offered")
  for compiler in g++ clang; do
    [ "$compiler" = g++ ] || clang_of "$offered" "" >/dev/null || continue
    for boost in $(sed -n '1p;$p' <<<"$boosts" | uniq); do
      echo "$compiler $boost"
    done
  done
}

# The versioned packages of one Boost replace those of another.
install_for() {
  local compiler=$1 boost=$2 names more=()
  [ "$compiler" = g++ ] || more=(clang clang-rt)
  names=$(packages_for "$(offered "${roles[@]}")" "$(installed)" "${roles[@]}" "${more[@]}")
  # shellcheck disable=SC2086 # names are words
  apt-get install -y -qq --no-install-recommends $names \
    "libboost$boost-dev" "libboost-json$boost-dev" "libboost-program-options$boost-dev" \
    "libboost-test$boost-dev" "libboost-context$boost-dev"
}

# DWARF 4: see configure_clang in ./dev.
configure() {
  local build=$1 compiler=$2 options=(-Dmodel=false --buildtype=debug)
  [ "$compiler" = g++ ] || options+=(-Dcpp_args=-gdwarf-4)
  [ -e "$build/build.ninja" ] ||
    CXX="ccache $(command_of "$compiler")" meson setup "$build" /src "${options[@]}"
}

command_of() {
  if [ "$1" = g++ ]; then echo g++; else echo "clang++-$(clang_of "" "$(installed)")"; fi
}

run_suite() {
  local build=$1
  rm -f "$build/counts" "$build/meson-logs/testlog.json"
  meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier 6 || true
  /src/tools/test_counts.py "$build/meson-logs/testlog.json" "$build/counts"
}

row() {
  local compiler=$1 boost=$2 build="/build/$1-$2" counts begin=$SECONDS version
  install_for "$compiler" "$boost"
  version=$("$(command_of "$compiler")" -dumpfullversion -dumpversion)
  if configure "$build" "$compiler" && ninja -C "$build" -k 0 && run_suite "$build"; then
    counts=$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed.*/\1|\2/p' "$build/counts")
  fi
  echo "row|$compiler $version|$boost|${counts:-0|does not build}|$((SECONDS - begin))"
}

if [ "${1:-}" = --rows ]; then rows; else row "$@"; fi
