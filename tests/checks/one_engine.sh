#!/usr/bin/env bash
# Fails when the lock file holds two versions of a crate that must be one (types would not meet).
set -euo pipefail
cd "$(dirname "$0")/../.."
twice=$(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.lock | sort | uniq -d |
  grep -E '^(datafusion.*|arrow.*|parquet|object_store|buoyant_kernel|sqlparser|deltalake.*)$' || true)
if [ -n "$twice" ]; then
  echo "more than one version in Cargo.lock: ${twice//$'\n'/ }"
  exit 1
fi
echo "one version each of datafusion, arrow, parquet, object_store, kernel, sqlparser"
