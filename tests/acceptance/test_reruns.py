"""A run repeated adds nothing; a run over a changed repository gives the tables of the new state."""

import unittest

import deltalake
import pyarrow

from support import FactsCase, place_of, run_norma


class Reruns(FactsCase):
    def versions(self) -> dict[str, int]:
        found = {}
        for folder in ("evidence", "normalize"):
            for place in sorted((self.output / folder).iterdir()):
                found[place.name] = deltalake.DeltaTable(str(place)).version()
        return found

    def test_the_same_run_id_adds_nothing(self) -> None:
        self.write("a.py", "def f():\n    return g(1)\n")
        self.run_facts("--run-id", "first")
        before = self.versions()
        done = run_norma("run", self.repository, "--out", self.output, "--run-id", "first")
        self.assertIn("already applied", done.stdout + done.stderr)
        self.assertEqual(self.versions(), before)

    def test_a_changed_repository_gives_the_new_state(self) -> None:
        self.write("a.py", "def f():\n    pass\n")
        self.write("b.py", "def gone():\n    pass\n")
        self.run_facts()
        self.write("a.py", "def f():\n    pass\n\n\ndef g():\n    pass\n")
        (self.repository / "b.py").unlink()
        self.write("c.py", "import os\n")
        self.run_facts()
        definitions = self.table("cst_defs_norm_v1")
        self.assertEqual(
            sorted(zip(definitions["path"], definitions["name"])), [("a.py", "f"), ("a.py", "g")]
        )
        self.assertEqual(sorted(self.table("repo_files")["path"]), ["a.py", "c.py"])
        self.assertEqual(self.table("cst_imports_norm_v1")["path"].to_list(), ["c.py"])

    def test_the_tables_are_clean_and_their_feed_is_readable(self) -> None:
        self.write("a.py", "def f():\n    pass\n")
        self.run_facts()
        self.write("a.py", "def g():\n    pass\n")
        self.run_facts()
        run_norma("verify", "--out", self.output)
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
