"""Fails on what no file of the project may hold; lists, without failing, what has grown long."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG_FILE = 400
LONG_FUNCTION = 60
CODE = {".cc", ".h", ".rs", ".py"}
TEXT = CODE | {".cmake", ".sql", ".md", ".txt", ".sh", ".slt", ".json", ".toml", ""}

FORBIDDEN = [
    (re.compile(r"(?<![\w.])/(root|home|work|Users)/\w"), "a path of one machine"),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)"), "an open end without an issue number"),
    (re.compile(r"[ \t]+$"), "white space at the end"),
]
FORBIDDEN_CPP = [
    (re.compile(r"^#define (?!NORMA_)\w+"), "a macro without NORMA_"),
    (re.compile(r"using namespace (?!std::string(_view)?_literals;)"), "a whole namespace"),
]
# A test waits for what it wants, not for time to pass.
SLEEPS = {
    ".cc": re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\("),
    ".py": re.compile(r"\btime\.sleep\("),
}
SNAKE_CASE = re.compile(r"_*[a-z0-9_]+(\.[a-z0-9.]+)?$|CMakeLists\.txt$|[A-Z][A-Za-z]+\.cmake$")
SAYS_NOTHING = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager)(\.|_|$)|(^|_)(data|info)\.")
FUNCTION = re.compile(r"( *)(pub(\(crate\))? )?(async |unsafe |const |extern \"C\" )*fn (\w+)")


def tracked() -> list[pathlib.Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    return [ROOT / name for name in listing.split("\0") if name]


def functions(suffix: str, lines: list[str]) -> list[tuple[int, int]]:
    """First line and length of each function. Relies on the formatters: a body ends with a brace
    below the first letter of its signature."""
    found, start, indent = [], None, ""
    for number, line in enumerate(lines, 1):
        if suffix == ".cc" and re.match(r"[A-Za-z]", line):
            is_type = re.match(r"(namespace|class|struct|enum|union|const\w*|static const)\b", line)
            start, indent = None if is_type else number, ""
        elif suffix == ".rs" and start is None and (signature := FUNCTION.match(line)):
            start, indent = number, signature[1]
        if start is not None and line == indent + "}":
            found.append((start, number - start + 1))
            start = None
    return found


def is_test(place: pathlib.PurePath) -> bool:
    return place.name.endswith("_test.cc") or place.parts[0] == "tests"


def is_test_program(place: pathlib.PurePath) -> bool:
    return place.name.endswith("_test.cc") or place.name.startswith("test_")


def faults(place: pathlib.PurePath, lines: list[str]) -> list[str]:
    """What is wrong with the lines of one file."""
    patterns = list(FORBIDDEN)
    if place.suffix in {".cc", ".h"}:
        patterns += FORBIDDEN_CPP
    if is_test_program(place) and place.suffix in SLEEPS:
        patterns.append((SLEEPS[place.suffix], "a test that sleeps"))
    found = [
        f"{place}:{number}: {what}: {line.strip()[:80]}"
        for number, line in enumerate(lines, 1)
        for pattern, what in patterns
        if pattern.search(line)
    ]
    if place.suffix == ".h" and place.parts[0] == "src" and "#pragma once" not in lines:
        found.append(f"{place}: a header without #pragma once")
    return found


def main() -> int:
    failures, questions = [], []
    for file in tracked():
        place = file.relative_to(ROOT)
        if "fixtures" in place.parts or file.suffix not in TEXT or not file.is_file():
            continue
        if place.suffix in CODE and not SNAKE_CASE.match(file.name):
            failures.append(f"{place}: a name that is not snake_case")
        if place.parts[0] in {"src", "bridge"} and SAYS_NOTHING.search(file.name):
            failures.append(f"{place}: a name that says nothing")
        if file.name == "Cargo.lock" or file == pathlib.Path(__file__).resolve():
            continue
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        failures += faults(place, lines)
        if is_test(place) or place.suffix not in CODE:
            continue
        if len(lines) > LONG_FILE:
            questions.append(f"{place}: {len(lines)} lines; would two rooms be clearer?")
        for start, length in functions(place.suffix, lines):
            if length > LONG_FUNCTION:
                questions.append(f"{place}:{start}: a function of {length} lines")
    print("\n".join([*questions, *failures]) or "source form: nothing to report")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
