"""What the acceptance tests share: running norma and reading its tables with other programs' readers."""

import collections
import ctypes
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import deltalake
import polars

ROOT = pathlib.Path(__file__).resolve().parents[2]
NORMA = os.environ.get("NORMA_PROGRAM", str(ROOT / "build/release/norma"))
FIXTURES = ROOT / "tests/fixtures/oddities"
sys.path.append(str(ROOT / "tests/support"))
FOLDERS = ("evidence", "normalize", "control")

GOOD = "def good(x: int) -> int:\n    return x\n"


def run_norma(*arguments: str, expect: int = 0, environment: dict | None = None, before=None):
    """Runs norma and fails the test when it ends with another exit code than `expect`.

    `before` is called in the child process, for example to give up rights.
    """
    done = subprocess.run(
        [NORMA, *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=600,
        env={**os.environ, **(environment or {})},
        preexec_fn=before,
    )
    if done.returncode != expect:
        raise AssertionError(
            f"norma {' '.join(map(str, arguments))}: exit {done.returncode}, expected {expect}\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
    return done


def without_superpowers() -> None:
    """Makes file modes hold for the superuser too, in the programs that this process becomes."""
    drop_from_bounding_set, override, read_search = 24, 1, 2
    if os.geteuid() == 0:
        library = ctypes.CDLL(None, use_errno=True)
        for capability in (override, read_search):
            if library.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "a capability cannot be given up")


class FactsCase(unittest.TestCase):
    """A test with a scratch folder, a repository in it, and an output root beside it."""

    maxDiff = None

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="norma-test-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.repository = self.scratch / "repository"
        self.repository.mkdir()
        self.output = self.scratch / "facts"

    def write(self, path: str, content: str | bytes) -> pathlib.Path:
        target = self.repository / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def run_facts(self, *options: str, expect: int = 0, output=None, before=None) -> dict:
        """Runs over the repository with the Python of this test and gives the summary."""
        arguments = ["run", self.repository, "--out", output or self.output, "--json", *options]
        if "--python" not in options:
            arguments += ["--python", sys.executable]
        return json.loads(run_norma(*arguments, expect=expect, before=before).stdout)["result"]

    def table(self, name: str, *columns: str) -> polars.DataFrame:
        return read_table(self.output, name, *columns)

    def rows(self, name: str, path: str | None = None) -> list[dict]:
        """The rows of a table, or those of one file."""
        table = self.table(name)
        return (table if path is None else table.filter(path=path)).to_dicts()

    def failures(self) -> dict[str, set[tuple[str, str, str, str]]]:
        """By path: producer, stage, code and severity of the rows of extract_errors."""
        found = collections.defaultdict(set)
        rows = self.table("extract_errors", "path", "producer", "stage", "code", "severity")
        for path, *failure in rows.iter_rows():
            found[path].add(tuple(failure))
        return dict(found)

    def refusals(self) -> dict[str, set[tuple[str, str]]]:
        """By path: parser and type of the rows of cst_parse_errors."""
        found = collections.defaultdict(set)
        for path, *refusal in self.table(
            "cst_parse_errors", "path", "parser", "error_type"
        ).iter_rows():
            found[path].add(tuple(refusal))
        return dict(found)

    def assert_counted(self, summary: dict) -> None:
        """The summary counts each failed file by reason, as the tables have them."""
        counts = collections.Counter(
            code
            for failures in self.failures().values()
            for code in {code for _, _, code, severity in failures if severity == "ERROR"}
        )
        counts["SYNTAX_ERROR"] = len(self.refusals())
        self.assertEqual(summary["failed_files"], {code: n for code, n in counts.items() if n > 0})

    def verify(self) -> None:
        run_norma("verify", "--out", self.output)


class FixtureCase(FactsCase):
    """Tests that look at one run over the fixture repository."""

    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="norma-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.output = pathlib.Path(scratch.name) / "facts"
        run_norma("run", FIXTURES, "--out", cls.output, "--python", sys.executable, "--quiet")

    def setUp(self) -> None:
        self.repository = FIXTURES


def copy_sources(source: pathlib.Path, target: pathlib.Path) -> None:
    """Copies the Python files of a tree, and nothing that the scan leaves out."""

    def other(folder: str, names: list[str]) -> list[str]:
        here = pathlib.Path(folder)
        left_out = {"__pycache__", "site-packages", "node_modules", ".git"}
        return [
            name
            for name in names
            if name in left_out or not ((here / name).is_dir() or name.endswith((".py", ".pyi")))
        ]

    shutil.copytree(source, target, ignore=other, dirs_exist_ok=True, symlinks=True)


def tables_of(output: pathlib.Path, *folders: str) -> dict[str, str]:
    """Names and places of the tables below an output root."""
    return {
        place.name: str(place)
        for folder in folders or FOLDERS
        for place in sorted((output / folder).iterdir())
    }


def place_of(output: pathlib.Path, name: str) -> str:
    for folder in FOLDERS:
        place = output / folder / name
        if place.is_dir():
            return str(place)
    raise AssertionError(f"there is no table {name} below {output}")


def read_table(output: pathlib.Path, name: str, *columns: str) -> polars.DataFrame:
    """The newest version of a table, read by Python's deltalake and handed to polars."""
    table = deltalake.DeltaTable(place_of(output, name))
    return polars.from_arrow(table.to_pyarrow_table(columns=list(columns) or None))
