"""Runs one .slt file: command lines, statements and queries with the answers that they must give.

    run <exit code> [stdout|stderr] [contains]
    <command line for bash, from the scratch folder; norma is on the PATH>
    ----
    <expected lines; with "contains" each must stand in the output, in this order>

    statement ok
    <SQL>

    statement error <Kind>
    <SQL>
    ----
    <the message, or its beginning followed by ...>

    query <one letter a column: T text, I integer, R number, B boolean, ? anything> [rowsort]
    <SQL>
    ----
    <rows; values are parted by two blanks or more>

A record ends at a blank line, and # begins a comment line between records. In expected lines (empty)
stands for an empty line or text. Statements and queries read $OUT. Commands see $OUT (an output root
of this file's own), $SCRATCH, and the folders fixtures/ and examples/; their paths read so in output too.
"""

import argparse
import dataclasses
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_S = 300


class BadFile(Exception):
    """The .slt file itself cannot be read."""


@dataclasses.dataclass
class Record:
    line: int
    words: list[str]
    body: str
    expected: list[str] | None


def read_records(path: pathlib.Path) -> list[Record]:
    records = []
    lines = path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        if not lines[at].strip() or lines[at].startswith("#"):
            at += 1
            continue
        begin = at
        while at < len(lines) and lines[at].strip():
            at += 1
        block = lines[begin:at]
        expected = None
        if "----" in block:
            cut = block.index("----")
            expected = ["" if line == "(empty)" else line for line in block[cut + 1 :]]
            block = block[:cut]
        if len(block) < 2:
            raise BadFile(f"{path}:{begin + 1}: a record needs a command or SQL")
        records.append(Record(begin + 1, block[0].split(), "\n".join(block[1:]), expected))
    if not records:
        raise BadFile(f"{path}: no records")
    return records


class Runner:
    """Runs records one after another in a scratch folder of their own."""

    def __init__(self, norma: pathlib.Path, scratch: pathlib.Path) -> None:
        self.scratch = scratch
        (scratch / "bin").mkdir()
        (scratch / "bin" / "norma").symlink_to(norma)
        for folder, target in {
            "fixtures": ROOT / "tests/fixtures",
            "examples": ROOT / "examples",
        }.items():
            (scratch / folder).symlink_to(target)
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith("NORMA_") and k != "NO_COLOR"
        }
        self.environment = {
            **kept,
            "PATH": f"{scratch / 'bin'}:{kept.get('PATH', '')}",
            "OUT": str(scratch / "facts"),
            "SCRATCH": str(scratch),
            "TERM": "dumb",
            "LC_ALL": "C.UTF-8",
        }

    def shell(self, command: str, text: str = "") -> subprocess.CompletedProcess:
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.scratch,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=TIMEOUT_S,
        )

    def portable(self, text: str) -> list[str]:
        """The lines with this run's own paths as the variables that stand for them."""
        text = text.replace(str(self.scratch / "facts"), "$OUT").replace(
            str(self.scratch), "$SCRATCH"
        )
        return text.replace(str(ROOT), "$ROOT").splitlines()

    def check(self, record: Record) -> str | None:
        """What is wrong, or None."""
        kind, *rest = record.words
        if kind == "run" and rest:
            return self.check_run(record, int(rest[0]), rest[1:])
        if kind == "statement" and rest:
            return self.check_statement(record, rest)
        if kind == "query" and rest:
            return self.check_query(record, rest[0], "rowsort" in rest[1:])
        raise BadFile(f"line {record.line}: unknown record: {' '.join(record.words)}")

    def check_run(self, record: Record, exit_code: int, words: list[str]) -> str | None:
        done = self.shell(record.body)
        if done.returncode != exit_code:
            return f"exit code {done.returncode}, expected {exit_code}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        if record.expected is None:
            return None
        found = self.portable(done.stderr if "stderr" in words else done.stdout)
        if "contains" in words:
            return missing_lines(record.expected, found)
        return difference(record.expected, found)

    def check_statement(self, record: Record, rest: list[str]) -> str | None:
        done = self.shell('norma query --out "$OUT" --json -', record.body)
        try:
            answer = json.loads(done.stdout)
        except json.JSONDecodeError:
            return f"no envelope on stdout\n{done.stdout[:500]}{done.stderr[:500]}"
        if rest == ["ok"]:
            return None if answer["status"] == "ok" else f"failed: {answer['error']}"
        if rest[0] != "error" or len(rest) != 2:
            raise BadFile(f"line {record.line}: statement ok, or statement error <Kind>")
        error = answer.get("error")
        if error is None:
            return "succeeded, but an error was expected"
        if error["kind"] != rest[1]:
            return f"error {error['kind']}, expected {rest[1]}: {error['message']}"
        if record.expected is None:
            return None
        found = self.portable(error["message"])
        wanted = list(record.expected)
        if wanted and wanted[-1].endswith("..."):
            wanted[-1] = wanted[-1][:-3]
            found = found[: len(wanted)]
            found[-1] = found[-1][: len(wanted[-1])]
        return difference(wanted, found)

    def check_query(self, record: Record, types: str, is_sorted: bool) -> str | None:
        done = self.shell('norma query --out "$OUT" --json -', record.body)
        if done.returncode != 0:
            return f"exit code {done.returncode}: {done.stderr[-2000:]}"
        result = json.loads(done.stdout)["result"]
        names = [column["name"] for column in result["columns"]]
        if len(names) != len(types):
            return f"{len(names)} columns, expected {len(types)}: {', '.join(names)}"
        if len(set(names)) != len(names):
            raise BadFile(f"line {record.line}: columns need names of their own")
        rows = []
        for row in result["rows"]:
            for letter, name in zip(types, names):
                if not has_type(letter, row[name]):
                    return f"column {name} is no {letter}: {row[name]!r}"
            rows.append("  ".join(value_text(row[name]) for name in names))
        wanted = [re.sub(r"\s{2,}", "  ", line.strip()) for line in record.expected or []]
        if is_sorted:
            rows, wanted = sorted(rows), sorted(wanted)
        return difference(wanted, rows)


def has_type(letter: str, value: object) -> bool:
    if value is None or letter == "?":
        return True
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {
        "T": not is_number and not isinstance(value, bool),
        "I": isinstance(value, int) and not isinstance(value, bool),
        "R": is_number,
        "B": isinstance(value, bool),
    }[letter]


def value_text(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value) or "(empty)"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def difference(wanted: list[str], found: list[str]) -> str | None:
    if wanted == found:
        return None
    return "\n".join(difflib.unified_diff(wanted, found, "expected", "found", lineterm=""))


def missing_lines(wanted: list[str], found: list[str]) -> str | None:
    at = 0
    for line in wanted:
        place = next((i for i in range(at, len(found)) if line in found[i]), None)
        if place is None:
            return f"not in the output after line {at}: {line}\n" + "\n".join(found[:80])
        at = place + 1
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--norma", type=pathlib.Path, required=True)
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="norma-slt-") as scratch:
        runner = Runner(options.norma.resolve(), pathlib.Path(scratch).resolve())
        for record in read_records(options.file):
            wrong = runner.check(record)
            if wrong is not None:
                failures += 1
                print(
                    f"{options.file}:{record.line}: {' '.join(record.words)}\n{record.body}\n{wrong}\n"
                )
    print(f"{options.file}: {'failed records: ' + str(failures) if failures else 'passed'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
