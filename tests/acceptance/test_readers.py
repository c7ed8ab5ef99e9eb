"""Tables that norma creates, appends to and replaces, read by the Delta readers of other projects."""

import os
import pathlib
import subprocess
import tempfile
import unittest

import deltalake
import duckdb
import polars
import pyarrow

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITER = os.environ.get(
    "NORMA_FAULT_WRITER", str(ROOT / "build/release/tests/fault/norma_fault_writer")
)

# The writer's five commits: rows, and the rows of the table afterwards (replacements are 3 and 5).
ROWS_AFTER = [0, 1, 3, 4, 12, 16]


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.scratch = tempfile.TemporaryDirectory(prefix="norma-readers-")
        cls.addClassCleanup(cls.scratch.cleanup)
        subprocess.run(
            [WRITER, "run", cls.scratch.name, "-", "[]"], check=True, capture_output=True
        )
        cls.table = str(pathlib.Path(cls.scratch.name) / "facts_v1")

    def test_every_version_has_its_rows(self) -> None:
        for version, rows in enumerate(ROWS_AFTER):
            with self.subTest(version=version):
                table = deltalake.DeltaTable(self.table, version=version)
                self.assertEqual(table.to_pyarrow_table().num_rows, rows)
                self.assertEqual(len(polars.read_delta(self.table, version=version)), rows)

    def test_values_are_those_that_were_written(self) -> None:
        expected = [{"path": "000005.py", "number": number} for number in range(16)]
        self.assertEqual(polars.read_delta(self.table).sort("number").to_dicts(), expected)
        arrow = deltalake.DeltaTable(self.table).to_pyarrow_dataset()  # noqa: F841 read by name
        self.assertEqual(duckdb.sql("SELECT sum(number) FROM arrow").fetchall(), [(120,)])

    def test_a_filter_finds_its_rows(self) -> None:
        found = polars.scan_delta(self.table).filter(polars.col("number") >= 14).collect()
        self.assertEqual(sorted(found["number"]), [14, 15])

    def test_the_change_feed_tells_each_commit(self) -> None:
        table = deltalake.DeltaTable(self.table)
        changes = table.load_cdf(starting_version=1, ending_version=5).read_all()
        feed = polars.from_arrow(pyarrow.table(changes))
        counts = {
            (row["_commit_version"], row["_change_type"]): row["len"]
            for row in feed.group_by("_commit_version", "_change_type").len().iter_rows(named=True)
        }
        self.assertEqual(
            counts,
            {
                (1, "insert"): 1,
                (2, "insert"): 2,
                (3, "delete"): 3,
                (3, "insert"): 4,
                (4, "insert"): 8,
                (5, "delete"): 12,
                (5, "insert"): 16,
            },
        )

    def test_history_names_each_commit(self) -> None:
        history = deltalake.DeltaTable(self.table).history()
        self.assertEqual([entry["version"] for entry in history], [5, 4, 3, 2, 1, 0])
        self.assertEqual(history[-1]["operation"], "CREATE TABLE")
        times = [entry["timestamp"] for entry in history]
        self.assertEqual(times, sorted(times, reverse=True))


if __name__ == "__main__":
    unittest.main()
