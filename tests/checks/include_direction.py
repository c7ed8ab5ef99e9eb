"""Fails when a module includes one that does not lie below it (ARCHITECTURE.md, "Modules")."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "norma"

# What each module may include besides itself. Downwards only.
ALLOWED = {
    "base": set(),
    "arrow": {"base"},
    "source": {"base", "arrow"},
    "extract": {"base", "arrow", "source"},
    "sql": {"base"},
    "expr": {"base", "sql"},
    "contract": {"base", "sql", "expr"},
    "engine": {"base", "arrow", "sql"},
    "delta": {"base", "arrow", "sql", "engine"},
    "functions": {"base", "arrow", "source", "extract", "sql", "engine"},
    "diagnostics": {"base", "arrow"},
    "rules": {"base", "arrow", "source", "extract", "sql", "expr", "contract", "delta", "diagnostics"},
    "run": {
        "base", "arrow", "source", "extract", "sql", "expr", "contract", "engine", "delta",
        "functions", "diagnostics", "rules",
    },
    "cli": {"base", "arrow", "diagnostics", "engine", "run"},
}  # fmt: skip


def findings() -> list[str]:
    found = []
    for file in sorted(SOURCES.rglob("*")):
        if file.suffix not in {".h", ".cc"}:
            continue
        place = file.relative_to(SOURCES)
        module = place.parts[0]
        if module not in ALLOWED:
            found.append(f"{place}: unknown module: {module}")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if "bridge.h" in line and line.startswith("#include") and module != "engine":
                found.append(f"{place}:{number}: only engine/ may include the bridge")
            included = re.match(r'#include "norma/(\w+)/', line)
            if included and included[1] == "embedded":
                continue  # made by cmake/EmbedFile.cmake: files of the module itself
            if included and included[1] != module and included[1] not in ALLOWED[module]:
                found.append(f"{place}:{number}: {module} may not include {included[1]}")
    return found


if __name__ == "__main__":
    lines = findings()
    print("\n".join(lines) or "include direction: every include points downwards")
    sys.exit(1 if lines else 0)
