#!/usr/bin/env bash
# Fails when the program exports a symbol of the archive, when the bridge's own objects define an
# unmangled global symbol that is not norma_…, or when a release program holds test entry points.
# Usage: exported_symbols.sh PROGRAM ARCHIVE
set -euo pipefail
program=$1 archive=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "$1:" && head -20
  exit 1
}
# A check that looks at nothing finds nothing: each list must hold a symbol that is known to be there.
must_hold() {
  grep -qxF "$2" "$scratch/$1" || { echo "no $2 in $1: nothing was checked"; exit 1; }
}

nm "$program" | awk '{print $NF}' | sort -u > "$scratch/program"
must_hold program norma_root_open
if grep '^norma_test_' "$scratch/program" > "$scratch/found"; then
  fail "a release program holds test entry points" < "$scratch/found"
fi

mkdir "$scratch/objects"
(cd "$scratch/objects" && ar t "$archive" | grep -E '^bridge-' | xargs ar x "$archive")
nm -g --defined-only "$scratch"/objects/*.o | awk 'NF == 3 {print $3}' | sort -u > "$scratch/bridge"
must_hold bridge norma_root_open
if grep -vE '^(norma_|_R|_ZN|rust_eh_personality$|DW\.ref\.|__rust|anon\.)|\.llvm\.' \
  "$scratch/bridge" > "$scratch/found"; then
  fail "the bridge defines" < "$scratch/found"
fi

# libstdc++'s inline code may lie in the program and be exported for its other users.
nm -D --defined-only "$program" | awk '{print $NF}' | sed 's/@.*//' | sort -u > "$scratch/exported"
nm -g --defined-only "$archive" 2> /dev/null | awk 'NF == 3 {print $3}' | sort -u > "$scratch/archive"
must_hold archive norma_root_open
if comm -12 "$scratch/exported" "$scratch/archive" | grep . > "$scratch/found"; then
  fail "the program exports" < "$scratch/found"
fi
echo "only norma's symbols, and none of them exported"
