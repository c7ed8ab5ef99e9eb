"""What the acceptance tests share: running norma and reading its tables with other programs' readers."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import deltalake
import polars

ROOT = pathlib.Path(__file__).resolve().parents[2]
NORMA = os.environ.get("NORMA_PROGRAM", str(ROOT / "build/release/norma"))


def run_norma(*arguments: str, expect: int = 0, environment: dict | None = None) -> subprocess.CompletedProcess:
    """Runs norma and fails the test when it ends with another exit code than `expect`."""
    done = subprocess.run(
        [NORMA, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode != expect:
        raise AssertionError(
            f"norma {' '.join(map(str, arguments))}: exit {done.returncode}, expected {expect}\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
    return done


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

    def run_facts(self, *options: str, expect: int = 0) -> dict:
        """Runs over the repository and gives the summary."""
        done = run_norma(
            "run", self.repository, "--out", self.output, "--json", *options, expect=expect
        )
        return json.loads(done.stdout)

    def table(self, name: str) -> polars.DataFrame:
        return read_table(self.output, name)


def place_of(output: pathlib.Path, name: str) -> str:
    for folder in ("evidence", "normalize", "control"):
        place = output / folder / name
        if place.is_dir():
            return str(place)
    raise AssertionError(f"there is no table {name} below {output}")


def read_table(output: pathlib.Path, name: str) -> polars.DataFrame:
    """The newest version of a table, read by Python's deltalake and handed to polars."""
    return polars.from_arrow(deltalake.DeltaTable(place_of(output, name)).to_pyarrow_table())
