"""Tables of many runs get checkpoints, and every reader reads the tables through them."""

import json
import pathlib
import unittest

import deltalake

from support import FactsCase, place_of, run_norma

# Versions between two checkpoints. A run adds two to runs_v1 and one to each evidence table.
BETWEEN = 20
RUNS = 21


class Checkpoints(FactsCase):
    def log_of(self, table: str) -> pathlib.Path:
        return pathlib.Path(place_of(self.output, table)) / "_delta_log"

    def checkpoints(self, table: str) -> list[int]:
        return sorted(
            int(file.name[:20]) for file in self.log_of(table).glob("*.checkpoint.parquet")
        )

    def test_tables_of_many_versions_are_read_through_checkpoints(self) -> None:
        for run in range(1, RUNS + 1):
            self.write("a.py", f"def f{run}():\n    pass\n")
            self.run_facts("--run-id", f"run-{run:02}")
        self.assertEqual(self.checkpoints("runs_v1"), [BETWEEN, 2 * BETWEEN])
        self.assertEqual(self.checkpoints("cst_defs"), [BETWEEN])
        hint = json.loads((self.log_of("runs_v1") / "_last_checkpoint").read_text())
        self.assertEqual(hint["version"], 2 * BETWEEN)
        # The log stays whole beside them.
        entries = sorted(int(file.stem) for file in self.log_of("runs_v1").glob("*.json"))
        self.assertEqual(entries, list(range(2 * RUNS + 1)))
        run_norma("verify", "--out", self.output)

        # Without the entries before it, only the checkpoint can tell.
        for table in ("runs_v1", "cst_defs"):
            for version in range(BETWEEN):
                (self.log_of(table) / f"{version:020}.json").unlink()
        runs = self.table("runs_v1")
        self.assertEqual(
            sorted(runs.filter(runs["state"] == "complete")["run_id"]),
            [f"run-{run:02}" for run in range(1, RUNS + 1)],
        )
        self.assertEqual(self.table("cst_defs")["name"].to_list(), [f"f{RUNS}"])
        older = deltalake.DeltaTable(place_of(self.output, "cst_defs"), version=BETWEEN)
        self.assertEqual(older.to_pyarrow_table()["name"].to_pylist(), [f"f{BETWEEN}"])
        newest = "SELECT name FROM cst_defs"
        done = run_norma("query", "--out", self.output, newest, "--format", "csv")
        self.assertEqual(done.stdout, f"name\nf{RUNS}\n")
        # The checkpoints remember what was applied, and the next run builds on them.
        done = run_norma("run", self.repository, "--out", self.output, "--run-id", "run-03")
        self.assertIn("already applied", done.stdout + done.stderr)
        self.run_facts("--run-id", "run-last")
        self.assertEqual(self.table("cst_defs")["name"].to_list(), [f"f{RUNS}"])


if __name__ == "__main__":
    unittest.main()
