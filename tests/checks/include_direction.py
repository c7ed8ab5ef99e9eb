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


# Files that share no code with what they judge, although their module may.
STRICTER = {
    "delta/log_check": {"base"},
    "delta/parquet_footer": {"base"},
}

INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def allowed_for(place: pathlib.PurePath) -> set[str]:
    stem = re.sub(r"(_internal|_test)?\.(h|cc)$", "", place.as_posix())
    return STRICTER.get(stem, ALLOWED[place.parts[0]])


def wrong_include(place: pathlib.PurePath, bracket: str, target: str) -> str | None:
    """What is wrong with one include of one file, if anything."""
    module = place.parts[0]
    parts = pathlib.PurePosixPath(target).parts
    if parts[-1] == "bridge.h":
        return None if module == "engine" else "only engine/ may include the bridge"
    if parts[0] == "tests":
        return None if is_test(place) else "only tests may include what is for tests"
    if parts[0] != "norma":
        return "an include of norma's own starts with norma/" if bracket == '"' else None
    included = parts[1]
    # norma/embedded is made by cmake/EmbedFile.cmake: files of the module itself.
    if included in {"embedded", module} or included in allowed_for(place):
        return None
    return f"{module} may not include {included}"


def is_test(place: pathlib.PurePath) -> bool:
    return re.search(r"(^|_)test(ing)?(_|$)", place.stem) is not None


def findings() -> list[str]:
    found = []
    for file in sorted(SOURCES.rglob("*")):
        if file.suffix not in {".h", ".cc"}:
            continue
        place = file.relative_to(SOURCES)
        if place.parts[0] not in ALLOWED:
            found.append(f"{place}: unknown module: {place.parts[0]}")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if include := INCLUDE.match(line):
                if wrong := wrong_include(place, *include.groups()):
                    found.append(f"{place}:{number}: {wrong}: {include[2]}")
    return found


if __name__ == "__main__":
    lines = findings()
    print("\n".join(lines) or "include direction: every include points downwards")
    sys.exit(1 if lines else 0)
