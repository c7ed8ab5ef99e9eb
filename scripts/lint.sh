#!/usr/bin/env bash
# Checks the form of all sources: clang-format and rustfmt always, clang-tidy with --tidy.
# The tools are those of docs/dependencies.md; clang-format 19 and clang-tidy 19 come from Debian.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
mapfile -t sources < <(git ls-files 'src/*.cc' 'src/*.h' 'tests/*.cc' 'tests/*.h' 'bridge/*.h')
clang-format-19 --dry-run -Werror "${sources[@]}" || failed=1
cargo fmt --check || failed=1
if [ "${1:-}" = --tidy ]; then
  git ls-files 'src/*.cc' | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build/release --quiet || failed=1
fi
exit "$failed"
