#!/usr/bin/env bash
# Fails when the program exports a symbol of the archive, when the bridge's own objects define an
# unmangled global symbol that is not norma_…, or when a release program holds test entry points.
# Usage: exported_symbols.sh PROGRAM ARCHIVE
set -euo pipefail
program=$1 archive=$2

exported=$(nm -D --defined-only "$program" | awk '$2 ~ /[TDBRVW]/ {print $3}' |
  grep -E '^(norma_|rust_|_R|_ZN)' | grep -vE '^_ZN?K?(St|Sa|Ss|10__cxxabiv|9__gnu_cxx)' || true)
if [ -n "$exported" ]; then
  echo "the program exports:" && echo "$exported" | head -20
  exit 1
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && ar t "$archive" | grep -E '^bridge-' | xargs -r ar x "$archive")
foreign=$(nm -g --defined-only "$scratch"/bridge-*.o 2>/dev/null | awk 'NF == 3 {print $3}' |
  grep -vE '^(norma_|_R|_ZN|rust_eh_personality|DW\.ref|__rust|__rustc|anon\.)|\.llvm\.' | sort -u || true)
if [ -n "$foreign" ]; then
  echo "the bridge defines:" && echo "$foreign" | head -20
  exit 1
fi

if nm "$program" | grep -q ' norma_test_'; then
  echo "a release program holds test entry points"
  exit 1
fi
echo "only norma's symbols, and none of them exported"
