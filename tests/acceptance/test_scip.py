"""What --scip adds: places, units, staleness, types and diagnostics of indexes, and what bad indexes do."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import support
from support import FactsCase, run_norma
from test_meaning import TYPES

import scip_index
from scip_index import occurrence, symbol

CACHE = pathlib.Path(os.environ.get("NORMA_CACHE_DIR", pathlib.Path.home() / ".cache/norma"))
SCIP_PYTHON = CACHE / "test-node/node_modules/.bin/scip-python"
INVALID_ARGUMENT, NOT_FOUND, CORRUPT_DATA = 11, 12, 21
EMOJI_LINE = 'x = "😀"; y = x'
SCIP_TABLES = [
    "scip_indexes",
    "scip_documents",
    "scip_occurrences",
    "scip_symbol_information",
    "scip_relationships",
    "scip_diagnostics",
    "scip_occurrences_norm_v1",
]


class IndexCase(FactsCase):
    def setUp(self) -> None:
        super().setUp()
        self.index = self.scratch / "index.scip"

    def run_with(self, documents: list[dict], **others) -> dict:
        """Runs with an index of these documents."""
        scip_index.write(self.index, documents, **others)
        return self.run_facts("--scip", self.index)

    def places(self, path: str) -> list[tuple]:
        return [
            (row["span"]["bstart"], row["span"]["bend"], row["span"]["ok"])
            for row in self.rows("scip_occurrences_norm_v1", path)
        ]

    def diagnostics(self) -> list[tuple]:
        return [
            (row["path"], row["diag_source"], row["severity"], row["code"])
            for row in self.rows("diagnostics_norm_v1")
        ]

    def stale_paths(self) -> list[str]:
        return self.table("scip_documents").filter(is_stale=True)["path"].to_list()


def document(path: str, *occurrences: dict, **others) -> dict:
    return {"relative_path": path, "occurrences": list(occurrences), **others}


class Places(IndexCase):
    def test_one_place_in_three_units(self) -> None:
        columns = {"utf8": 12, "utf16": 10, "utf32": 9}
        documents = []
        for encoding, (unit, column) in enumerate(columns.items(), 1):
            self.write(f"{unit}.py", EMOJI_LINE)
            y = occurrence([0, column, column + 1], "y")
            documents.append(document(f"{unit}.py", y, position_encoding=encoding))
        self.run_with(documents)
        for unit in columns:
            self.assertEqual(self.places(f"{unit}.py"), [(12, 13, True)])
            (row,) = self.rows("scip_documents", f"{unit}.py")
            self.assertEqual((row["col_unit"], row["unit_source"]), (unit, "declared"))

    def test_a_byte_order_mark_and_another_encoding(self) -> None:
        self.write("mark.py", "\ufeffimport os\nx = os.sep\n")
        self.write("latin.py", b'# -*- coding: latin-1 -*-\ns = "\xe9\xe9"; t = s\n')
        self.run_with(
            [
                document("mark.py", occurrence([0, 8, 10], "os")),
                document("latin.py", occurrence([1, 10, 11], "t")),
            ]
        )
        self.assertEqual(self.places("mark.py"), [(10, 12, True)])
        (alias,) = self.rows("cst_imports")
        self.assertEqual((alias["alias_bstart"], alias["alias_bend"]), (10, 12))
        self.assertEqual(self.places("latin.py"), [(36, 37, True)])

    def test_half_a_character(self) -> None:
        self.write("a.py", EMOJI_LINE)
        self.run_with([document("a.py", occurrence([0, 6, 7], "y"))])
        self.assertEqual(self.places("a.py"), [(5, 9, False)])
        (error,) = self.rows("span_errors_v1")
        raw = [error[f"raw_{end}"] for end in ("start_line", "start_col", "end_line", "end_col")]
        self.assertEqual((raw, error["col_unit"]), ([0, 6, 0, 7], "utf16"))
        self.assertEqual(error["outcome"], "snapped")
        self.assertIn(("a.py", "span", "INFO", "SPAN_INSIDE_SURROGATE_PAIR"), self.diagnostics())

    def test_ranges_that_lead_nowhere(self) -> None:
        self.write("a.py", "abcdef\n")
        ranges = {
            (9, 0, 1): "line_out_of_range",
            (0, 5, 3): "end_before_start",
            (0, 5, 9): "column_out_of_range",
            (0, -5, 9): "negative_position",
            (0, 5): "invalid_range_len",
            (): "missing_range_fields",
        }
        self.run_with([document("a.py", *(occurrence(list(each), "x") for each in ranges))])
        found = {tuple(row["range_raw"]): row for row in self.rows("scip_occurrences")}
        self.assertEqual({each: row["span_reason"] for each, row in found.items()}, ranges)
        self.assertEqual({row["bstart"] for row in found.values()}, {None})

    def test_few_of_many_ranges_are_listed_one_by_one(self) -> None:
        self.write("a.py", "x\n" * 200)
        good = [occurrence([line, 0, 1], "x") for line in range(200)]
        self.run_with([document("a.py", *good, occurrence([0, 0, 9], "x"))])
        (error,) = self.rows("span_errors_v1")
        self.assertEqual((error["reason"], error["producer"]), ("column_out_of_range", "scip"))
        self.assertIn(("a.py", "span", "WARNING", "SPAN_COLUMN_OUT_OF_RANGE"), self.diagnostics())
        self.assertEqual(self.stale_paths(), [])

    def test_typed_ranges(self) -> None:
        self.write("a.py", "abc\ndef\n")
        one = {"line": 0, "start_character": 1, "end_character": 2}
        many = {"start_line": 0, "start_character": 1, "end_line": 1, "end_character": 2}
        self.run_with(
            [
                document(
                    "a.py",
                    {"range": [1, 0, 1], "single_line_range": one},
                    {"multi_line_range": many},
                )
            ]
        )
        self.assertEqual(self.places("a.py"), [(1, 2, True), (1, 6, True)])

    def test_a_tool_that_is_not_known_is_put_to_the_vote(self) -> None:
        self.write("a.py", EMOJI_LINE)
        documents = [document("a.py", occurrence([0, 9, 10], "y"))]
        self.run_with(documents, tool="unknown")
        (row,) = self.rows("scip_documents")
        self.assertEqual((row["col_unit"], row["unit_source"]), ("utf32", "vote"))
        self.run_with(documents)
        (row,) = self.rows("scip_documents")
        self.assertEqual((row["col_unit"], row["unit_source"]), ("utf16", "tool"))


class Types(IndexCase):
    def nodes(self) -> dict[str, tuple[str, str]]:
        return {
            row["type_repr"]: (row["type_form"], row["origin"])
            for row in self.rows("type_nodes_v1")
        }

    def symbols(self, *texts: str) -> list[dict]:
        return [
            {"symbol": symbol(f"s{n}"), "documentation": [f"```python\n{text}\n```"]}
            for n, text in enumerate(texts)
        ]

    def test_spellings_of_a_type_are_one_type(self) -> None:
        # What needs the file's imports to be understood is said by annotations alone.
        known = [row for row in TYPES if not row[0].startswith(("t.", '"'))]
        self.write("a.py", "")
        self.run_with([document("a.py", symbols=self.symbols(*(text for text, _, _ in known)))])
        self.assertEqual(self.nodes(), {repr_: (form, "inferred") for _, repr_, form in known})

    def test_inferred_types_win_row_by_row(self) -> None:
        self.write("a.py", "x: int\n" + "".join(f"y{n}: A{n}\n" for n in range(1000)))
        self.run_facts()
        self.assertEqual(self.nodes()["int"], ("name", "annotation"))
        written = self.nodes()
        self.run_with([document("a.py", symbols=self.symbols("int", "str"))])
        self.assertEqual(
            self.nodes(),
            {**written, "int": ("name", "inferred"), "str": ("name", "inferred")},
        )

    def test_symbols_of_other_packages_count(self) -> None:
        self.write("a.py", "")
        self.run_with([], external_symbols=self.symbols("int"))
        self.assertEqual(self.nodes(), {"int": ("name", "inferred")})


class Diagnostics(IndexCase):
    def test_severities(self) -> None:
        self.write("a.py", "x = 1\n")
        severities = {0: "UNKNOWN", 1: "ERROR", 2: "WARNING", 3: "INFO", 4: "HINT", 7: "UNKNOWN"}
        reports = [{"severity": n, "code": f"C{n}", "message": "m"} for n in severities]
        self.run_with([document("a.py", occurrence([0, 0, 1], "x", diagnostics=reports))])
        found = {code: severity for _, _, severity, code in self.diagnostics()}
        self.assertEqual(found, {f"C{n}": name for n, name in severities.items()})

    def test_one_diagnostic_of_five_equal_occurrences(self) -> None:
        self.write("a.py", "x = 1\n")
        report = {"severity": 2, "message": "m", "source": "tool", "tags": [1, 2]}
        x = occurrence([0, 0, 1], "x", diagnostics=[report])
        self.run_with([document("a.py", *[x] * 5)])
        self.assertEqual(len(self.rows("scip_diagnostics")), 5)
        (row,) = self.rows("diagnostics_norm_v1")
        self.assertEqual((row["code"], row["message"], row["span"]["bstart"]), ("SCIP", "m", 0))
        (detail,) = row["details"]
        self.assertEqual(detail["tags"], ["unnecessary", "deprecated"])

    def last_run(self) -> dict:
        runs = [row for row in self.rows("runs_v1") if row["state"] == "complete"]
        return max(runs, key=lambda row: row["run_number"])

    def test_what_an_index_holds_is_an_input_and_where_it_lies_is_not(self) -> None:
        self.write("a.py", "x = 1\n")
        self.run_with([document("a.py", occurrence([0, 0, 1], "x"))])
        before = self.last_run()["inputs_hash"]
        self.index = self.index.rename(self.scratch / "index.other")
        self.run_facts("--scip", self.index)
        self.assertEqual(self.last_run()["inputs_hash"], before)
        self.run_with([document("a.py", occurrence([0, 4, 5], "x"))])
        self.assertNotEqual(self.last_run()["inputs_hash"], before)

    def test_an_index_is_an_input_that_can_be_absent(self) -> None:
        def absent() -> set[str]:
            return set(self.last_run()["absent_inputs"])

        self.write("a.py", "def f(:\n")
        report = {"severity": 1, "message": "m"}
        self.run_with([document("a.py", occurrence([0, 4, 5], "f", diagnostics=[report]))])
        self.assertIn(("a.py", "scip", "ERROR", "SCIP"), self.diagnostics())
        self.assertFalse({"scip_diagnostics", "scip_documents"} & absent())
        self.run_facts()
        self.assertIn(("a.py", "cpython", "ERROR", "SYNTAX_ERROR"), self.diagnostics())
        self.assertNotIn("scip", {source for _, source, _, _ in self.diagnostics()})
        self.assertLessEqual({"scip_diagnostics", "scip_documents"}, absent())
        for table in SCIP_TABLES:
            self.assertEqual(self.rows(table), [], table)


class Staleness(IndexCase):
    NAMES = [f"name_{n}" for n in range(25)]

    def setUp(self) -> None:
        super().setUp()
        report = {"severity": 1, "message": "m"}
        known = [{"symbol": symbol("name_0"), "documentation": ["```\nFromIndex\n```"]}]
        self.documents = []
        for path in ("a.py", "b.py"):
            self.write(path, "".join(f"{name} = 1\n" for name in self.NAMES))
            names = [
                occurrence([line, 0, len(name)], name, diagnostics=[report])
                for line, name in enumerate(self.NAMES)
            ]
            self.documents.append(document(path, *names, symbols=known))

    def change(self, path: str) -> None:
        target = self.repository / path
        target.write_text("# new\n" + target.read_text())

    def test_a_fresh_index(self) -> None:
        self.run_with(self.documents)
        for row in self.rows("scip_documents"):
            self.assertEqual((row["checked_count"], row["matched_count"]), (25, 25))
            self.assertEqual((row["freshness"], row["is_stale"]), (1.0, False))
        self.assertEqual(self.rows("span_errors_v1"), [])

    def test_only_the_changed_file_is_stale(self) -> None:
        self.change("b.py")
        self.run_with(self.documents)
        self.assertEqual(self.stale_paths(), ["b.py"])
        self.assertEqual(self.places("a.py")[0], (0, 6, True))

    def test_what_is_left_of_a_stale_document(self) -> None:
        self.change("b.py")
        self.run_with(self.documents[1:])
        rows = self.rows("scip_occurrences_norm_v1")
        self.assertEqual([row["symbol"] for row in rows], [symbol(name) for name in self.NAMES])
        self.assertEqual([row["span"]["start"]["line"] for row in rows], list(range(25)))
        self.assertEqual({row["span"]["bstart"] for row in rows}, {None})
        self.assertEqual({row["attrs"]["span.reason"] for row in rows}, {"stale_index"})
        (error,) = self.rows("span_errors_v1")
        self.assertEqual(
            (error["reason"], error["source_table"]), ("stale_index", "scip_documents")
        )
        self.assertEqual(self.diagnostics(), [("b.py", "scip", "WARNING", "SCIP_STALE_DOCUMENT")])
        self.assertEqual(self.rows("type_nodes_v1"), [])

    def test_the_text_in_the_index_decides(self) -> None:
        text = (self.repository / "a.py").read_text()
        self.documents[0]["text"] = text
        self.documents[1]["text"] = text + "# other\n"
        self.run_with(self.documents)
        self.assertEqual(self.stale_paths(), ["b.py"])


class BadIndexes(IndexCase):
    def refuse(self, content: bytes, code: int = CORRUPT_DATA) -> str:
        self.write("a.py", support.GOOD)
        self.index.write_bytes(content)
        arguments = ["run", self.repository, "--out", self.output, "--scip", self.index]
        done = run_norma(*arguments, expect=code)
        self.assertFalse((self.output / "evidence").exists())
        return done.stderr

    def test_files_that_are_no_index(self) -> None:
        good = scip_index.index([document("a.py", occurrence([0, 0, 1], "x"))])
        self.assertIn("no metadata", self.refuse(b""))
        self.assertIn(str(self.index), self.refuse(b"import os\n"))
        self.assertIn("longer than the file", self.refuse(good[:-1]))
        self.assertIn("longer than the file", self.refuse(good + b"\x12\xff\xff\xff\xff\x7f"))
        self.refuse(good + b"\x7b" * 10_000)

    def test_an_index_that_is_not_there(self) -> None:
        self.write("a.py", support.GOOD)
        arguments = ["run", self.repository, "--out", self.output, "--scip", self.index]
        run_norma(*arguments, expect=NOT_FOUND)

    def test_two_indexes_of_one_name(self) -> None:
        self.write("a.py", "x = 1\n")
        scip_index.write(self.index, [document("a.py", occurrence([0, 0, 1], "x"))])
        arguments = ["run", self.repository, "--out", self.output]
        done = run_norma(
            *arguments, "--scip", self.index, "--scip", self.index, expect=INVALID_ARGUMENT
        )
        self.assertIn("LABEL=", done.stderr)
        self.run_facts("--scip", f"one={self.index}", "--scip", f"two={self.index}")
        self.assertEqual(sorted(self.table("scip_indexes")["label"]), ["one", "two"])
        self.assertEqual(self.places("a.py"), [(0, 1, True)] * 2)

    def test_bad_documents_cost_themselves_alone(self) -> None:
        self.write("a.py", "x = 1\n")
        good = document("a.py", occurrence([0, 0, 1], "x"))
        bad_text = document("b.py", {"symbol": b"\xff", "range": [0, 0, 1]})
        summary = self.run_with([bad_text, good, document("c.py", language=b"\xff"), document("")])
        self.assertEqual(self.places("a.py"), [(0, 1, True)])
        found = {("scip", "scip", "SCIP_INVALID", "ERROR")}
        self.assertEqual(self.failures(), {"b.py": found, "c.py": found, "index.scip": found})
        self.assert_counted(summary)

    def test_paths_that_are_not_of_the_repository(self) -> None:
        self.write("a.py", "x = 1\n")
        self.write("../outside.py", "x = 1\n")
        x = occurrence([0, 0, 1], "x")
        self.run_with(
            [document(path, x) for path in ("./a.py", "../outside.py", "/etc/passwd", "gone.py")]
        )
        self.assertEqual(self.places("a.py"), [(0, 1, True)])
        outside = {("scip", "scip", "SCIP_OUTSIDE_ROOT", "WARNING")}
        missing = {("scip", "scip", "SCIP_FILE_MISSING", "WARNING")}
        self.assertEqual(
            self.failures(),
            {"../outside.py": outside, "/etc/passwd": outside, "gone.py": missing},
        )
        (gone,) = self.rows("scip_documents", "gone.py")
        self.assertEqual((gone["file_id"], gone["is_stale"]), (None, True))

    def test_many_facts_in_few_bytes(self) -> None:
        self.write("a.py", "x = 1\n")
        self.write("b.py", "x = 1\n")
        empty = scip_index.field(2, b"") * 2_000_000
        bomb = scip_index.field(
            2, scip_index.message("Document", {"relative_path": "b.py"}) + empty
        )
        self.index.write_bytes(
            scip_index.index([document("a.py", occurrence([0, 0, 1], "x"))]) + bomb
        )
        summary = self.run_facts("--scip", self.index)
        self.assertEqual(self.places("a.py"), [(0, 1, True)])
        self.assertEqual(set(self.failures()), {"b.py"})
        self.assertLess(summary["peak_memory_bytes"], 1 << 30)


@unittest.skipUnless(SCIP_PYTHON.exists(), "scip-python is not installed: scripts/setup.sh --test")
class ScipPython(IndexCase):
    """An index that scip-python makes in the test."""

    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="norma-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.sources = pathlib.Path(scratch.name) / "sources"
        cls.made = pathlib.Path(scratch.name) / "index.scip"
        for folder in ("benchmarks", "tests/acceptance"):
            shutil.copytree(support.ROOT / folder, cls.sources / folder)
        line = 'def mark():\n    s = "😀"; t = s; return t, mark\n'
        (cls.sources / "emoji.py").write_text(line, encoding="utf-8")
        names = ["--project-name", "p", "--project-version", "1"]
        subprocess.run(
            [SCIP_PYTHON, "index", ".", *names, "--output", cls.made, "--quiet"],
            cwd=cls.sources,
            check=True,
            timeout=600,
        )

    def setUp(self) -> None:
        super().setUp()
        shutil.copytree(self.sources, self.repository, dirs_exist_ok=True)
        self.index = self.made

    def test_fresh_then_after_a_file_changed(self) -> None:
        self.run_facts("--scip", self.index)
        documents = {row["path"]: row for row in self.rows("scip_documents")}
        scanned = self.table("repo_files").filter(file_kind="py")["path"]
        self.assertEqual(set(documents), set(scanned))
        self.assertEqual({row["unit_source"] for row in documents.values()}, {"tool"})
        self.assertEqual(self.stale_paths(), [])
        large = [row for row in documents.values() if row["checked_count"] >= 20]
        self.assertGreater(len(large), 10)
        for row in large:
            self.assertGreaterEqual(row["freshness"], 0.95, row["path"])
        self.assertEqual(self.rows("span_errors_v1"), [])
        self.assertIn("inferred", set(self.table("type_nodes_v1")["origin"]))
        self.verify()

        changed = self.repository / "benchmarks/bench.py"
        changed.write_text("# a line\n" + changed.read_text())
        self.run_facts("--scip", self.index)
        self.assertEqual(self.stale_paths(), ["benchmarks/bench.py"])

    def test_definitions_stand_where_the_syntax_has_them(self) -> None:
        self.run_facts("--scip", self.index)
        syntax = {
            (row["path"], row["span"]["bstart"], row["span"]["bend"])
            for row in self.rows("cst_defs_norm_v1")
        }
        enclosing = [
            (row["path"], row["span"]["bstart"], row["span"]["bend"])
            for row in self.rows("scip_occurrences_norm_v1")
            if row["is_definition"] and row["enc_span"]["ok"]
        ]
        self.assertGreater(len(enclosing), 100)
        self.assertEqual(set(enclosing) - syntax, set())


if __name__ == "__main__":
    unittest.main()
