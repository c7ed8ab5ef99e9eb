"""Bad input costs only itself: each odd file becomes the row that says so, and all others keep their facts."""

import os
import pathlib
import unittest

from support import FactsCase, run_norma

GOOD = "def good(x: int) -> int:\n    return x\n"


class BadFiles(FactsCase):
    def codes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self.table("extract_errors").iter_rows(named=True):
            found.setdefault(row["path"], set()).add(row["code"])
        return found

    def refused(self) -> dict[str, str]:
        return {
            row["path"]: row["error_type"]
            for row in self.table("cst_parse_errors").iter_rows(named=True)
        }

    def test_each_oddity_becomes_its_row(self) -> None:
        self.write("a_good.py", GOOD)
        self.write("empty.py", "")
        self.write("nul.py", b"x = 1\0\ny = 2\n")
        self.write("not_utf8.py", b"s = '\xe9\xe9'\n")
        self.write("unknown_codec.py", "# -*- coding: no-such-codec -*-\nx = 1\n")
        self.write("syntax.py", "def f(:\n  pass\nx = 1\n")
        self.write("deep.py", "(" * 200_000 + ")" * 200_000 + "\n")
        self.write("nested.py", "(" * 250 + "1" + ")" * 250 + "\n")
        self.write("terms.py", "x = " + " + ".join(["1"] * 10_000) + "\n")
        self.write("surrogate.py", "s = '\\ud800'\n")
        os.symlink("loop.py", self.repository / "loop.py")
        os.symlink(".", self.repository / "around")
        self.write("z_good.py", GOOD)

        summary = self.run_facts()

        codes, refused = self.codes(), self.refused()
        self.assertEqual(refused.get("syntax.py"), "SyntaxError")
        self.assertIn("UNKNOWN_ENCODING", codes["unknown_codec.py"])
        self.assertIn("SYMLINK_SKIPPED", codes["loop.py"])
        self.assertIn("NESTING_LIMIT", codes["deep.py"])
        for path in ("nul.py", "not_utf8.py", "nested.py"):
            self.assertTrue(codes.get(path) or refused.get(path), f"no row says what {path} is")
        defined = set(self.table("cst_defs_norm_v1")["path"])
        self.assertEqual(defined, {"a_good.py", "syntax.py", "z_good.py"} & defined | {"a_good.py", "z_good.py"})
        self.assertEqual(
            self.table("file_line_index").filter(path="empty.py")["line_starts"].to_list(), [[0]]
        )
        names = self.table("ast_nodes").filter(path="terms.py")
        self.assertTrue(len(names) > 10_000 or codes.get("terms.py") or refused.get("terms.py"))
        self.assertEqual(summary["status"], "ok")

    def test_an_unreadable_file_costs_itself(self) -> None:
        if os.geteuid() == 0:
            # The superuser reads everything; a folder with the name of a file is as unreadable.
            (self.repository / "folder.py").mkdir()
            os.mkfifo(self.repository / "pipe.py")
        else:
            self.write("folder.py", GOOD).chmod(0)
            self.write("pipe.py", GOOD).chmod(0)
        self.write("good.py", GOOD)
        self.run_facts()
        self.assertIn("pipe.py", self.codes())
        self.assertIn("good.py", set(self.table("cst_defs_norm_v1")["path"]))

    def test_the_studied_code_is_never_executed(self) -> None:
        marker = self.scratch / "marker"
        trap = f"open({str(marker)!r}, 'w').close()\n"
        for path in ("trap.py", "ast.py", "sitecustomize.py", "conftest.py", "package/__init__.py"):
            self.write(path, trap)
        self.write("cookie.py", "# -*- coding: trap -*-\nx = 1\n")
        self.run_facts()
        self.assertFalse(marker.exists())

    def test_a_large_file_is_a_file(self) -> None:
        lines = "value = compute(first, second)\n" * 900_000
        self.write("large.py", lines)
        self.write("small.py", GOOD)
        self.run_facts()
        index = self.table("file_line_index").filter(path="large.py")
        self.assertEqual(index["line_count"].to_list(), [900_001])
        accounted = len(self.table("cst_callsites").filter(path="large.py")) == 900_000
        self.assertTrue(accounted or self.codes().get("large.py"))
        self.assertIn("small.py", set(self.table("cst_defs_norm_v1")["path"]))


class BadCommands(FactsCase):
    def test_a_missing_repository(self) -> None:
        done = run_norma("run", self.scratch / "nowhere", "--out", self.output, expect=12)
        self.assertIn("norma: error:", done.stderr)
        self.assertFalse(self.output.exists())

    def test_an_output_that_holds_something_else(self) -> None:
        self.output.mkdir()
        other = self.output / "letter.txt"
        other.write_text("dear reader")
        run_norma("run", self.repository, "--out", self.output, expect=11)
        self.assertEqual(list(self.output.iterdir()), [other])

    def test_an_output_that_cannot_be_written(self) -> None:
        blocked = self.scratch / "file"
        blocked.write_text("")
        run_norma("run", self.repository, "--out", blocked / "facts", expect=17)

    def test_no_usable_python(self) -> None:
        self.write("a.py", GOOD)
        run_norma(
            "run", self.repository, "--out", self.output, "--python", self.scratch / "python9", expect=12
        )
        self.assertFalse((self.output / "evidence").exists())

    def test_strict_turns_file_errors_into_exit_1(self) -> None:
        self.write("bad.py", "def f(:\n")
        self.run_facts("--strict", expect=1)


if __name__ == "__main__":
    unittest.main()
