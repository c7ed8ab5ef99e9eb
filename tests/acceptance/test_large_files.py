"""Files up to the size limit, of the shapes that cost most: memory stays within the budget."""

import unittest

from support import GOOD, FactsCase

# What norma takes beside its budget and the file itself.
OWN_BYTES = 192 << 20
BUDGET = 2 << 30
DENSE = "value = compute(first, second)\n"


class LargeFiles(FactsCase):
    def run_within_budget(self, content: str | bytes) -> dict:
        self.write("large.py", content)
        self.write("small.py", GOOD)
        summary = self.run_facts("--memory", str(BUDGET))
        self.assertLess(summary["peak_memory_bytes"], BUDGET + OWN_BYTES + len(content))
        self.assertIn("small.py", set(self.table("ast_nodes", "path")["path"]))
        return self.failures().get("large.py", set())

    def test_a_dense_file_loses_only_what_its_worker_cannot_hold(self) -> None:
        lines = 28_000_000 // len(DENSE)
        failures = self.run_within_budget(DENSE * lines)
        self.assertEqual(failures, {("cpython", "worker", "WORKER_MEMORY", "ERROR")})
        self.assertEqual(len(self.rows("cst_callsites", "large.py")), lines)

    def test_nothing_but_statements(self) -> None:
        failures = self.run_within_budget("a;a;a;a;a;a;a;a\n" * (4 << 20))
        self.assertEqual(
            failures,
            {
                ("cpython", "worker", "WORKER_MEMORY", "ERROR"),
                ("treesitter", "parse", "PARSE_CANCELLED", "ERROR"),
            },
        )

    def test_nothing_but_line_ends(self) -> None:
        failures = self.run_within_budget("\n" * (64 << 20))
        self.assertEqual(failures, {("scan", "read", "FILE_TOO_LARGE", "ERROR")})

    def test_nothing_but_names(self) -> None:
        names = (f"n{number:07} = 1\n" for number in range((48 << 20) // 13))
        failures = self.run_within_budget("".join(names))
        self.assertIn(("cpython", "worker", "WORKER_MEMORY", "ERROR"), failures)

    def test_one_string(self) -> None:
        failures = self.run_within_budget("x = '" + "y" * (63 << 20) + "'\n")
        self.assertEqual(failures, set())


if __name__ == "__main__":
    unittest.main()
