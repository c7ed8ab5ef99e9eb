"""A run repeated adds nothing; a run over a changed repository gives the tables of the new state."""

import pathlib
import sysconfig
import unittest

import deltalake
import pyarrow

from support import GOOD, FactsCase, copy_sources, place_of, read_table, run_norma, tables_of


class Reruns(FactsCase):
    def versions(self) -> dict[str, int]:
        places = tables_of(self.output)
        return {name: deltalake.DeltaTable(place).version() for name, place in places.items()}

    def state(self) -> dict[str, list[dict]]:
        return {name: self.rows(name) for name in tables_of(self.output, "evidence", "normalize")}

    def test_the_same_run_id_adds_nothing(self) -> None:
        self.write("a.py", "def f():\n    return g(1)\n")
        first = self.run_facts("--run-id", "first")
        self.assertFalse(first["already_applied"])
        before, state = self.versions(), self.state()
        self.write("a.py", "def changed(): pass\n")
        again = self.run_facts("--run-id", "first")
        self.assertTrue(again["already_applied"])
        self.assertEqual({table["outcome"] for table in again["tables"]}, {"already applied"})
        self.assertEqual(again["run_number"], first["run_number"])
        said = run_norma("run", self.repository, "--out", self.output, "--run-id", "first").stdout
        self.assertIn("already applied, nothing was added", said)
        self.assertEqual(self.versions(), before)
        self.assertEqual(self.state(), state)

    def test_an_unchanged_repository_gives_the_same_rows_once(self) -> None:
        self.write("a.py", GOOD)
        self.run_facts()
        before = self.state()
        self.run_facts()
        self.assertEqual(self.state(), before)
        self.verify()

    def test_a_changed_repository_gives_the_new_state(self) -> None:
        self.write("a.py", "def f():\n    pass\n")
        self.write("b.py", "def gone():\n    pass\n")
        self.run_facts()
        self.write("a.py", "def f():\n    pass\n\n\ndef g():\n    pass\n")
        (self.repository / "b.py").unlink()
        self.write("c.py", "import os\n")
        self.run_facts()
        fresh = self.scratch / "fresh"
        self.run_facts(output=fresh)
        for name, rows in self.state().items():
            self.assertEqual(rows, read_table(fresh, name).to_dicts(), name)
        definitions = self.table("cst_defs_norm_v1", "path", "name")
        self.assertEqual(definitions.rows(), [("a.py", "f"), ("a.py", "g")])
        self.assertEqual(self.table("repo_files")["path"].to_list(), ["a.py", "c.py"])

    def test_an_empty_repository_empties_the_tables(self) -> None:
        path = self.write("a.py", GOOD)
        self.run_facts()
        path.unlink()
        summary = self.run_facts()
        self.assertEqual(summary["files"], 0)
        self.assertEqual({name for name, rows in self.state().items() if rows}, set())

    def test_an_output_that_a_run_only_began_is_taken_up(self) -> None:
        self.write("a.py", GOOD)
        self.run_facts()
        expected = self.state()
        for begun in ("control", "control/runs_v1", "control/runs_v1/_delta_log"):
            with self.subTest(begun):
                output = self.scratch / begun.replace("/", "-")
                (output / begun).mkdir(parents=True)
                self.run_facts(output=output)
                run_norma("verify", "--out", output)
                for name, rows in expected.items():
                    self.assertEqual(read_table(output, name).to_dicts(), rows, name)

    def test_the_number_of_jobs_changes_no_row_and_no_order(self) -> None:
        library = pathlib.Path(sysconfig.get_path("stdlib"))
        for package in ("json", "email", "asyncio"):
            copy_sources(library / package, self.repository / package)
        outputs = [self.scratch / f"jobs_{jobs}" for jobs in (1, 2, 5)]
        for output, jobs in zip(outputs, ("1", "2", "5")):
            self.run_facts("--jobs", jobs, output=output)
        for name in tables_of(outputs[0], "evidence", "normalize"):
            first, *others = (read_table(output, name) for output in outputs)
            for other in others:
                self.assertTrue(first.equals(other), name)

    def test_the_tables_are_clean_and_their_feed_is_readable(self) -> None:
        self.write("a.py", "def f():\n    pass\n")
        self.run_facts()
        self.write("a.py", "def g():\n    pass\n")
        self.run_facts()
        self.verify()
        table = deltalake.DeltaTable(place_of(self.output, "cst_defs_norm_v1"))
        feed = pyarrow.RecordBatchReader.from_stream(table.load_cdf(starting_version=1))
        self.assertEqual(
            sorted((row["name"], row["_change_type"]) for row in feed.read_all().to_pylist()),
            [("f", "delete"), ("f", "insert"), ("g", "insert")],
        )
        features = table.protocol().writer_features
        self.assertIn("rowTracking", features)
        self.assertIn("changeDataFeed", features)
        self.assertNotIn("deletionVectors", features)


if __name__ == "__main__":
    unittest.main()
