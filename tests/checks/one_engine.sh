#!/usr/bin/env bash
# Fails when the lock file holds two versions of a crate that must be one (types would not meet), or
# another Delta kernel than that of delta-rs.
# Usage: one_engine.sh [LOCK FILE]
set -euo pipefail
cd "$(dirname "$0")/../.."
names=$(sed -n 's/^name = "\(.*\)"$/\1/p' "${1:-Cargo.lock}" | sort)
for crate in datafusion deltalake arrow parquet object_store buoyant_kernel sqlparser; do
  grep -qx "$crate" <<< "$names" || { echo "not in the lock file: $crate"; exit 1; }
done
twice=$(uniq -d <<< "$names" |
  grep -E '^(datafusion.*|arrow.*|parquet|object_store|buoyant_kernel.*|sqlparser|deltalake.*)$' || true)
if [ -n "$twice" ]; then
  echo "more than one version in the lock file: ${twice//$'\n'/ }"
  exit 1
fi
if grep -qx delta_kernel <<< "$names"; then
  echo "the lock file holds two kernels: buoyant_kernel and delta_kernel"
  exit 1
fi
echo "one version each of datafusion, arrow, parquet, object_store, kernel, sqlparser"
