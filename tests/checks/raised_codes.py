"""Fails when an error kind, an event code or a code of extract_errors is expected by no test.

A test counts when it expects the name of what norma itself raised:

- C++: within EXPECT_…, ASSERT_… or a function Expect…; but not in a file that makes such a value itself,
  which proves nothing about who raises it;
- .slt: the kind of `statement error`, the exit code of `run`, or an expected line;
- acceptance: a text in a test method. These run the program and can make nothing.

EXCEPTIONS says why a name has no such test. One that is no longer needed fails too.
"""

import ast
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

EXCEPTIONS: dict[str, str] = {}
# Words in the form of a code that the sources and extractors name for another reason.
NOT_CODES = {"TYPE_CHECKING"}

# Several words, or a long one: tags of four letters are no codes.
CODE = re.compile(r'"([A-Z]+(?:_[A-Z0-9]+)+|[A-Z]{10,})"')
# Keys of the interpreter's symbol table, and variables of the environment.
ASKED_FOR = re.compile(r'(\[|getenv\()"\w+"')
KIND_LINE = re.compile(r"^NORMA_ERROR_KIND\(\d+, (\w+), (\d+)", re.MULTILINE)
EVENT_LINE = re.compile(r'^NORMA_EVENT_CODE\((\w+), "(\w+)"', re.MULTILINE)

COMMENT_OR_TEXT = re.compile(
    r'//[^\n]*|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.DOTALL
)
EXPECTATION = re.compile(r"\b(?:EXPECT_|ASSERT_|Expect)\w+\(")
MADE = re.compile(r"Error\{ErrorKind::k(\w+)|\{ErrorKind::k(\w+), \"|Add\(EventCode::k(\w+)")
NAMED = re.compile(r"(?:ErrorKind|EventCode)::k(\w+)")


def expectations(text: str) -> list[str]:
    """The argument texts of the expectations in a C++ test."""
    # Brackets in comments and texts are hidden, so that those that are left pair up.
    bare = COMMENT_OR_TEXT.sub(lambda part: re.sub(r"[()]", "_", part[0]), text)
    found = []
    for match in EXPECTATION.finditer(bare):
        depth, end = 1, match.end()
        while depth and end < len(bare):
            depth += {"(": 1, ")": -1}.get(bare[end], 0)
            end += 1
        found.append(text[match.end() : end])
    return found


def expected_in_cpp(text: str, events: dict[str, str]) -> set[str]:
    made = {name for match in MADE.findall(text) for name in match if name}
    named = set()
    for part in expectations(text):
        named |= set(NAMED.findall(part)) | set(CODE.findall(part))
    made |= {events[name] for name in made if name in events}
    return named - made


def expected_in_slt(text: str, kind_of_exit: dict[str, str]) -> set[str]:
    named = set(re.findall(r"^statement error (\w+)", text, re.MULTILINE))
    named |= {kind_of_exit.get(code, "") for code in re.findall(r"^run (\d+)", text, re.MULTILINE)}
    for record in re.split(r"\n\s*\n", text):
        named |= set(re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b", record.partition("\n----\n")[2]))
    return named


def expected_in_python(text: str) -> set[str]:
    tests = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return {
        node.value
        for test in tests
        for node in ast.walk(test)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def failure_codes() -> set[str]:
    """What the scan and the extractors write to extract_errors.code."""
    found = set()
    for folder in ("source", "extract"):
        for file in sorted((ROOT / "src/norma" / folder).rglob("*.cc")):
            if not file.name.endswith(("_test.cc", "testing.cc")):
                found |= set(CODE.findall(ASKED_FOR.sub("", file.read_text(encoding="utf-8"))))
    return found - NOT_CODES


def main() -> int:
    def read(name: str) -> str:
        return (ROOT / "src/norma" / name).read_text(encoding="utf-8")

    kinds = dict(KIND_LINE.findall(read("base/error_kinds.def")))
    events = dict(EVENT_LINE.findall(read("diagnostics/event_codes.def")))
    kind_of_exit = {code: kind for kind, code in kinds.items()}

    where = collections.defaultdict(list)
    for folder in ("src", "tests"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix == ".slt":
                named = expected_in_slt(file.read_text(encoding="utf-8"), kind_of_exit)
            elif file.name.endswith("_test.cc"):
                named = expected_in_cpp(file.read_text(encoding="utf-8"), events)
            elif file.parent.name == "acceptance" and file.name.startswith("test_"):
                named = expected_in_python(file.read_text(encoding="utf-8"))
            else:
                continue
            for name in named:
                where[events.get(name, name)].append(file.relative_to(ROOT))

    codes = failure_codes()
    wanted = [*kinds, *events.values(), *sorted(codes)]
    faults = [
        f"no test expects it: {name}"
        for name in wanted
        if name not in EXCEPTIONS and not where[name]
    ]
    faults += [
        f"an exception that is not needed: {name}"
        for name in EXCEPTIONS
        if name not in wanted or where[name]
    ]
    if len(codes) < 10 or not kinds or not events:
        faults.append("a list of codes was not found, so nothing was checked")
    print(
        "\n".join(faults)
        or f"raised codes: {len(wanted)}, all but {len(EXCEPTIONS)} expected by tests"
    )
    if "--list" in sys.argv:
        for name in wanted:
            print(f"{name}: {', '.join(map(str, where[name])) or EXCEPTIONS.get(name)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
