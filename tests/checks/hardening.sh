#!/usr/bin/env bash
# Fails when the program is not position independent, not fully read-only after relocation, or has lost
# its guards. Usage: hardening.sh PROGRAM
set -euo pipefail
program=$1
failed=0

expect() {  # what it is, the pattern, the text
  grep -qE "$2" <<<"$3" || { echo "the program has no $1" && failed=1; }
}

header=$(readelf -hW "$program")
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(nm -D --undefined-only "$program")
expect "position-independent code" 'Type:\s+DYN' "$header"
expect "PIE flag" 'FLAGS_1.*\bPIE\b' "$dynamic"
expect "read-only relocations" 'GNU_RELRO' "$segments"
expect "immediate binding" 'BIND_NOW|FLAGS_1.*\bNOW\b' "$dynamic"
expect "stack without execution" 'GNU_STACK(\s+0x[0-9a-f]+){5}\s+RW\s' "$segments"
expect "stack protector" '__stack_chk_fail' "$symbols"
expect "fortified library calls" '_chk(@|$)' "$(grep -v stack_chk <<<"$symbols")"
if grep -qE 'RPATH|RUNPATH' <<<"$dynamic"; then
  echo "the program names folders of the machine that built it (RPATH)" && failed=1
fi
[ "$failed" = 1 ] || echo "PIE, full RELRO, stack protector, fortified calls"
exit "$failed"
