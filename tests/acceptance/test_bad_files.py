"""Bad files cost only themselves: each becomes the row that says so, and all others keep their facts."""

import ast
import os
import unittest

import polars

from support import GOOD, FactsCase, read_table, tables_of, without_superpowers

LARGE_FILE = 28_000_000
LIMIT = 64 << 20
DENSE = "value = compute(first, second)\n"
# What norma takes beside its budget.
OWN_MIB = 192


class BadFiles(FactsCase):
    def assert_rows(self, summary: dict, failures: dict, refusals: dict) -> None:
        self.assertEqual(self.failures(), failures)
        self.assertEqual(self.refusals(), refusals)
        self.assert_counted(summary)
        self.assertEqual(summary["state"], "complete")

    def test_each_bad_file_becomes_its_row(self) -> None:
        self.write("a_good.py", GOOD)
        self.write("package/good.py", "import os\nx = os.path.join('é', b)\n")
        alone = self.scratch / "alone"
        self.run_facts(output=alone)
        self.write_bad_files()

        summary = self.run_facts(before=without_superpowers)

        decode = ("cpython", "decode")
        self.assert_rows(
            summary,
            failures={
                "unreadable.py": {("scan", "read", "FILE_UNREADABLE", "ERROR")},
                "locked": {("scan", "scan", "FILE_UNREADABLE", "ERROR")},
                "pipe.py": {("scan", "scan", "FILE_UNREADABLE", "ERROR")},
                "path\N{REPLACEMENT CHARACTER}.py": {("scan", "scan", "PATH_NOT_UTF8", "ERROR")},
                "too_large.py": {("scan", "read", "FILE_TOO_LARGE", "ERROR")},
                "loop.py": {("scan", "scan", "SYMLINK_SKIPPED", "INFO")},
                "around": {("scan", "scan", "SYMLINK_SKIPPED", "INFO")},
                "nowhere.py": {("scan", "scan", "SYMLINK_SKIPPED", "INFO")},
                "nul.py": {(*decode, "NUL_BYTE", "ERROR")},
                "not_utf8.py": {(*decode, "UNDECODABLE", "ERROR")},
                "unknown_codec.py": {(*decode, "UNKNOWN_ENCODING", "ERROR")},
                "conflict.py": {(*decode, "ENCODING_CONFLICT", "ERROR")},
                "parentheses.py": {("treesitter", "parse", "NESTING_LIMIT", "ERROR")},
                "brackets.py": {("treesitter", "parse", "NESTING_LIMIT", "ERROR")},
            },
            refusals={
                "parentheses.py": {("cpython", "SyntaxError"), ("treesitter", "NoTree")},
                "brackets.py": {("cpython", "SyntaxError"), ("treesitter", "NoTree")},
                "syntax.py": {("cpython", "SyntaxError")},
                "indentation.py": {("cpython", "IndentationError")},
                "tabs.py": {("cpython", "TabError")},
                "outside.py": {("cpython", "SyntaxError")},
            },
        )
        self.assertEqual(summary["skipped"], {"symbolic link": 3})
        self.good_files_keep_their_facts(alone)
        self.facts_of_odd_files()
        self.verify()

    def write_bad_files(self) -> None:
        self.write("unreadable.py", GOOD).chmod(0)
        self.write("locked/inside.py", GOOD).parent.chmod(0)
        self.addCleanup((self.repository / "locked").chmod, 0o755)
        os.mkfifo(self.repository / "pipe.py")
        with open(os.fsencode(self.repository) + b"/path\xff.py", "w") as file:
            file.write(GOOD)
        with open(self.repository / "too_large.py", "wb") as file:
            file.truncate(LIMIT + 1)
        os.symlink("loop.py", self.repository / "loop.py")
        os.symlink(".", self.repository / "around")
        os.symlink("no/such/file", self.repository / "nowhere.py")
        self.write("empty.py", "")
        self.write("nul.py", b"x = 1\0\ny = 2\n")
        self.write("not_utf8.py", b"s = '\xe9\xe9'\n")
        self.write("unknown_codec.py", "# -*- coding: no-such-codec -*-\ndef kept(): pass\n")
        self.write("conflict.py", b"\xef\xbb\xbf# coding: latin-1\nx = 1\n")
        self.write("syntax.py", "def f(:\n  pass\nx = 1\n\n\ndef after():\n    pass\n")
        self.write("indentation.py", "def f():\npass\n")
        self.write("tabs.py", "if x:\n        a\n\tb\n")
        self.write("outside.py", "x = 1\nreturn x\n")
        self.write("parentheses.py", "(" * 200_000 + ")" * 200_000 + "\n")
        self.write("brackets.py", "x = " + "[" * 250 + "1" + "]" * 250 + "\n")
        self.write("surrogate.py", "s = '\\ud800'\n")

    def good_files_keep_their_facts(self, alone) -> None:
        good = ["a_good.py", "package/good.py"]
        for name in tables_of(self.output, "evidence", "normalize"):
            table = self.table(name)
            if "path" in table.columns:
                expected = read_table(alone, name)
                self.assertTrue(table.filter(polars.col("path").is_in(good)).equals(expected), name)

    def facts_of_odd_files(self) -> None:
        index = {row["path"]: row for row in self.rows("file_line_index")}
        self.assertEqual(index["empty.py"]["line_starts"], [0])
        self.assertEqual(index["empty.py"]["line_count"], 1)
        self.assertEqual(index["unknown_codec.py"]["encoding"], "unknown")
        self.assertNotIn("too_large.py", index)
        sizes = dict(self.table("repo_files", "path", "size_bytes").iter_rows())
        self.assertEqual(sizes["too_large.py"], LIMIT + 1)
        self.assertNotIn("unreadable.py", sizes)
        status = {
            (path, producer): status
            for path, producer, status in self.table(
                "extract_status", "path", "producer", "status"
            ).iter_rows()
        }
        for producer in ("cpython", "treesitter"):
            self.assertEqual(status["empty.py", producer], "ok")
            self.assertEqual(status["surrogate.py", producer], "ok")
            self.assertEqual(status["parentheses.py", producer], "failed")
        # The syntax tree of what the compiler refuses, and what tree-sitter sees of a broken file.
        self.assertEqual(status["outside.py", "cpython"], "partial")
        defined = set(self.table("cst_defs_norm_v1", "path", "name").iter_rows())
        self.assertLessEqual({("syntax.py", "after"), ("unknown_codec.py", "kept")}, defined)
        self.assertNotIn("unknown_codec.py", set(self.table("ast_nodes", "path")["path"]))

    def test_a_long_expression_gives_facts_or_a_limit(self) -> None:
        files = {
            f"sum_{terms}.py": "x = " + " + ".join(["a"] * terms) + "\n"
            for terms in (10_000, 200_000)
        }
        for path, content in files.items():
            self.write(path, content)
        self.write("z_good.py", GOOD)
        summary = self.run_facts()
        limit = ("cpython", "parse", "NESTING_LIMIT", "ERROR")
        self.assert_rows(
            summary,
            failures={path: {limit} for path, content in files.items() if refuses(content)},
            refusals={},
        )
        names = dict(self.table("cst_refs", "path").group_by("path").len().iter_rows())
        self.assertEqual(names["sum_10000.py"], 10_001)
        self.assertEqual(names["sum_200000.py"], 200_001)
        self.assertIn("z_good.py", set(self.table("ast_nodes", "path")["path"]))

    def test_a_large_file_is_a_file(self) -> None:
        line = 'record(7, "an ordinary sentence, as generated tables hold them by the thousand")\n'
        lines = LARGE_FILE // len(line)
        self.write("large.py", line * lines)
        self.write("small.py", GOOD)
        summary = self.run_facts()
        index = self.rows("file_line_index", "large.py")[0]
        self.assertEqual(index["line_starts"], [len(line) * n for n in range(lines + 1)])
        self.assertEqual(len(self.rows("cst_callsites", "large.py")), lines)
        self.assertEqual(len(self.table("ast_nodes").filter(path="large.py")), 1 + 5 * lines)
        self.assertEqual(self.failures(), {})
        self.assertEqual({row["name"] for row in self.rows("cst_defs_norm_v1")}, {"good"})
        self.assertLess(summary["peak_memory_bytes"], 2 << 30)

    def test_memory_decides_whether_a_file_fits_and_jobs_do_not(self) -> None:
        self.write("a_dense.py", DENSE * (6_000_000 // len(DENSE)))
        self.write("b_dense.py", DENSE * (6_000_000 // len(DENSE)))
        # Fits alone; beside others its worker runs out of memory and is started again.
        self.write("fits.py", DENSE * (1_500_000 // len(DENSE)))
        for number in range(40):
            self.write(f"small/m{number}.py", GOOD)
        seen = []
        for jobs in ("1", "3"):
            self.output = self.scratch / f"facts{jobs}"
            summary = self.run_facts("--memory", "512MiB", "--jobs", jobs)
            self.assertLess(summary["peak_memory_bytes"], (512 + OWN_MIB) << 20)
            self.assertEqual(
                self.failures(),
                {
                    path: {("cpython", "worker", "WORKER_MEMORY", "ERROR")}
                    for path in ("a_dense.py", "b_dense.py")
                },
            )
            seen.append({name: self.table(name) for name in tables_of(self.output, "evidence")})
        for name, table in seen[0].items():
            self.assertTrue(table.equals(seen[1][name]), name)
        rows = dict(seen[0]["cst_refs"].group_by("path").len().iter_rows())
        lines = 6_000_000 // len(DENSE)
        self.assertEqual((rows["a_dense.py"], rows["b_dense.py"]), (4 * lines, 4 * lines))
        self.assertEqual(
            len(seen[0]["ast_nodes"].filter(path="fits.py")), 1 + 6 * (1_500_000 // len(DENSE))
        )

    def test_the_studied_code_is_never_executed(self) -> None:
        marker = self.scratch / "marker"
        trap = f"open({str(marker)!r}, 'w').close()\n"
        for path in ("trap.py", "ast.py", "sitecustomize.py", "conftest.py", "package/__init__.py"):
            self.write(path, trap)
        self.write("trap.pth", f"import trap; {trap}")
        self.write("cookie.py", "# -*- coding: trap -*-\nx = 1\n")
        # The trap works where code is run.
        exec(trap)
        marker.unlink()
        self.run_facts()
        self.assertFalse(marker.exists())
        self.assertEqual(
            self.failures(), {"cookie.py": {("cpython", "decode", "UNKNOWN_ENCODING", "ERROR")}}
        )
        self.assertEqual(len(set(self.table("ast_nodes", "path")["path"])), 5)


def refuses(content: str) -> bool:
    """Whether this Python finds an expression too deep."""
    try:
        ast.parse(content)
    except (RecursionError, MemoryError):
        return True
    return False


if __name__ == "__main__":
    unittest.main()
