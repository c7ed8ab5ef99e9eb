#!/usr/bin/env bash
# Formats all C++, Rust and Python; with --check it only says what is not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."
ruff="${NORMA_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/norma}/test-python/bin/ruff"

clang_format=(-i) rust=() python=()
if [ "${1:-}" = --check ]; then
  clang_format=(--dry-run -Werror) rust=(--check) python=(--check)
fi
failed=0
git ls-files -z '*.cc' '*.h' | xargs -0 clang-format-19 "${clang_format[@]}" || failed=1
cargo fmt "${rust[@]}" || failed=1
"$ruff" format --quiet "${python[@]}" . || failed=1
if [ "$failed" = 1 ]; then
  echo "not formatted; 'make format' does it" >&2
fi
exit "$failed"
