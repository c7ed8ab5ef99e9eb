"""Fails on what no file of the project may hold; lists, without failing, files that have grown long."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG_FILE = 400
TEXT = {".cc", ".h", ".rs", ".py", ".cmake", ".sql", ".md", ".txt", ".sh", ".slt", ".json", ".toml", ""}

FORBIDDEN = [
    (re.compile(r"(?<![\w.])/(root|home|work|Users)/\w"), "a path of one machine"),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)"), "an open end without an issue number"),
]
MACROS = re.compile(r"^#define (?!NORMA_)(\w+)")
NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager)(\.|_|$)")


def tracked() -> list[pathlib.Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name]


def main() -> int:
    failures, questions = [], []
    for file in tracked():
        place = file.relative_to(ROOT)
        if file.suffix not in TEXT or file.name == "Cargo.lock" or not file.is_file():
            continue
        if place.parts[0] == "src" and NAMES.search(file.name):
            failures.append(f"{place}: a name that says nothing")
        if place == pathlib.Path("tests/checks/source_form.py") or "fixtures" in place.parts:
            continue
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            for pattern, what in FORBIDDEN:
                if pattern.search(line):
                    failures.append(f"{place}:{number}: {what}: {line.strip()[:80]}")
            if file.suffix in {".cc", ".h"} and (macro := MACROS.match(line)):
                failures.append(f"{place}:{number}: a macro without NORMA_: {macro[1]}")
        if file.suffix in {".cc", ".h", ".rs", ".py"} and len(lines) > LONG_FILE:
            questions.append(f"{place}: {len(lines)} lines; would two rooms be clearer?")
    print("\n".join([*questions, *failures]) or "source form: nothing to report")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
