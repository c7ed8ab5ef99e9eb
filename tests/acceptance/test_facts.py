"""The tables, read by other programs, hold what Python itself says about the same files."""

import ast
import os
import pathlib
import shutil
import sys
import sysconfig
import unicodedata
import unittest

import duckdb
import polars

from support import FactsCase, ROOT, run_norma

# A slice of the standard library for every day; NORMA_TEST_FULL=1 takes all of it.
PACKAGES = ["json", "asyncio", "email", "unittest", "concurrent", "importlib", "xml", "logging"]


class Library(FactsCase):
    """One run over real packages, judged with `ast`."""

    def setUp(self) -> None:
        super().setUp()
        library = pathlib.Path(sysconfig.get_path("stdlib"))
        full = os.environ.get("NORMA_TEST_FULL") == "1"
        ignored = shutil.ignore_patterns("__pycache__", "site-packages", "*.so")
        if full:
            shutil.copytree(library, self.repository, ignore=ignored, dirs_exist_ok=True)
        else:
            for package in PACKAGES:
                shutil.copytree(library / package, self.repository / package, ignore=ignored)
        shutil.copytree(ROOT / "tests/fixtures/oddities", self.repository / "oddities", ignore=ignored)
        self.run_facts("--python", sys.executable)
        self.files = {
            str(path.relative_to(self.repository)): path.read_bytes()
            for path in sorted(self.repository.rglob("*.py"))
            if path.is_file() and not path.is_symlink()
        }

    def test_the_tables_hold_what_python_says(self) -> None:
        with self.subTest("every file is accounted for"):
            self.every_file_is_accounted_for()
        with self.subTest("ast nodes"):
            self.ast_nodes_agree()
        with self.subTest("spans"):
            self.spans_are_exact()
        with self.subTest("readers"):
            self.readers_agree()

    def every_file_is_accounted_for(self) -> None:
        self.assertEqual(sorted(self.table("repo_files")["path"]), sorted(self.files))
        with_facts = set(self.table("ast_nodes")["path"])
        with_rows = set(self.table("extract_errors")["path"]) | set(self.table("cst_parse_errors")["path"])
        self.assertEqual(set(self.files) - with_facts - with_rows, set())

    def ast_nodes_agree(self) -> None:
        skipped = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
        expected = {}
        for path, content in self.files.items():
            try:
                tree = ast.parse(content)
            except (SyntaxError, ValueError):
                continue
            expected[path] = sum(not isinstance(node, skipped) for node in ast.walk(tree))
        found = dict(self.table("ast_nodes").group_by("path").len().iter_rows())
        self.assertEqual(
            {path: found.get(path) for path in expected}, expected, "rows of ast_nodes by file"
        )
        normalised = dict(self.table("ast_nodes_norm_v1").group_by("path").len().iter_rows())
        self.assertEqual(normalised, found)

    def spans_are_exact(self) -> None:
        encodings = dict(self.table("file_line_index").select("path", "encoding").iter_rows())

        def text(path: str, begin: int, end: int) -> str:
            codec = {"unknown": "utf-8"}.get(encodings[path], encodings[path])
            return unicodedata.normalize("NFKC", self.files[path][begin:end].decode(codec, "replace"))

        checked = 0
        for table, kind in (("cst_defs_norm_v1", None), ("ast_nodes_norm_v1", "Name")):
            rows = self.table(table)
            rows = rows if kind is None else rows.filter(polars.col("kind") == kind)
            for path, name, span in rows.select("path", "name", "span").iter_rows():
                self.assertTrue(span["ok"], (table, path, name, span))
                self.assertEqual(text(path, span["bstart"], span["bend"]), name, (table, path, span))
                checked += 1
        self.assertGreater(checked, 10_000)

    def readers_agree(self) -> None:
        ours = run_norma(
            "query", "SELECT kind, count(*) AS n FROM cst_defs_norm_v1 GROUP BY kind ORDER BY kind",
            "--out", self.output, "--format", "csv",
        ).stdout.split()  # fmt: skip
        rows = self.table("cst_defs_norm_v1")
        with_polars = [f"{kind},{n}" for kind, n in sorted(rows.group_by("kind").len().iter_rows())]
        arrow = rows.to_arrow()  # noqa: F841  (duckdb finds it by name)
        with_duckdb = duckdb.sql("SELECT kind, count(*) FROM arrow GROUP BY kind ORDER BY kind")
        self.assertEqual(ours[1:], with_polars)
        self.assertEqual([f"{kind},{n}" for kind, n in with_duckdb.fetchall()], with_polars)


if __name__ == "__main__":
    unittest.main()
