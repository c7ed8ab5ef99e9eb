"""Workers that hang, die or lie, and files that go while a run is on: one file pays, and says so."""

import unittest

from interpreter_wrapper import TRICKS, make_interpreter
from support import GOOD, FactsCase


class BadWorkers(FactsCase):
    def test_a_file_that_breaks_its_worker_costs_itself(self) -> None:
        codes = {
            "sleep": "WORKER_TIMEOUT",
            "busy": "WORKER_TIMEOUT",
            "kill": "WORKER_CRASH",
            "exit": "WORKER_CRASH",
            "nonsense": "WORKER_CRASH",
            "memory": "WORKER_MEMORY",
        }
        for trick in codes:
            self.write(f"{trick}.py", f"# norma-test: {trick}\ndef seen(): pass\n")
            self.write(f"{trick}_next.py", GOOD)
        python = make_interpreter(self.scratch / "python", prelude=TRICKS)

        summary = self.run_facts("--python", str(python), "--jobs", "2")

        self.assertEqual(
            self.failures(),
            {
                f"{trick}.py": {("cpython", "worker", code, "ERROR")}
                for trick, code in codes.items()
            },
        )
        self.assertEqual(self.refusals(), {})
        self.assert_counted(summary)
        attrs = {row["path"]: row["attrs"] for row in self.rows("extract_errors")}
        self.assertEqual(attrs["kill.py"]["signal"], "SIGKILL")
        self.assertEqual(
            set(self.table("ast_nodes", "path")["path"]), {f"{trick}_next.py" for trick in codes}
        )
        # What another producer saw of the same file stays.
        self.assertEqual(len(self.table("cst_defs")), 2 * len(codes))
        self.verify()

    def test_a_file_that_vanishes_costs_itself(self) -> None:
        gone = self.write("b_gone.py", GOOD)
        self.write("a_good.py", GOOD)
        self.write("c_good.py", GOOD)
        # A worker starts after the scan and before the first file is read.
        python = make_interpreter(self.scratch / "python", at_start=f"os.unlink({str(gone)!r})")

        summary = self.run_facts("--python", str(python), "--jobs", "1")

        self.assertFalse(gone.exists())
        self.assertEqual(
            self.failures(), {"b_gone.py": {("scan", "read", "FILE_VANISHED", "ERROR")}}
        )
        self.assert_counted(summary)
        self.assertEqual(self.table("repo_files")["path"].to_list(), ["a_good.py", "c_good.py"])
        self.assertEqual(
            self.table("cst_defs_norm_v1")["path"].to_list(), ["a_good.py", "c_good.py"]
        )


if __name__ == "__main__":
    unittest.main()
