"""The fixture repository: positions are exact bytes whatever a file's encoding, mark and line ends are."""

import unittest

import polars

from support import FixtureCase


class Fixtures(FixtureCase):
    def node(self, path: str, kind: str, name: str, which: int = 0) -> tuple:
        """Bytes, and start line and column of an AST node, from the normalised table."""
        rows = [
            row
            for row in self.rows("ast_nodes_norm_v1", path)
            if (row["kind"], row["name"]) == (kind, name)
        ]
        span = rows[which]["span"]
        self.assertTrue(span["ok"])
        self.assertEqual(
            (span["line_base"], span["col_unit"], span["end_exclusive"]), (0, "utf8", True)
        )
        return span["bstart"], span["bend"], span["start"]["line"], span["start"]["col"]

    def reference(self, path: str, text: str, which: int = 0) -> tuple:
        """The same of a name or attribute that tree-sitter sees, from the evidence."""
        row = [row for row in self.rows("cst_refs", path) if row["ref_text"] == text][which]
        self.assertTrue(row["span_ok"])
        return row["bstart"], row["bend"], row["raw_start_line"], row["raw_start_col"]

    def line_starts(self, path: str) -> list[int]:
        return self.rows("file_line_index", path)[0]["line_starts"]

    def test_an_empty_file(self) -> None:
        index = self.rows("file_line_index", "empty.py")[0]
        self.assertEqual(
            (index["line_starts"], index["line_count"], index["ascii"]), ([0], 1, True)
        )
        self.assertEqual([row["kind"] for row in self.rows("ast_nodes", "empty.py")], ["Module"])
        for table in ("cst_defs", "cst_refs", "ts_errors", "diagnostics_norm_v1", "span_errors_v1"):
            self.assertEqual(self.rows(table, "empty.py"), [], table)

    def test_a_byte_order_mark(self) -> None:
        self.assertTrue(self.rows("file_line_index", "mark.py")[0]["bom"])
        self.assertEqual(self.line_starts("mark.py"), [0, 13, 24])
        self.assertEqual(self.node("mark.py", "alias", "os"), (10, 12, 0, 7))
        alias = self.rows("cst_imports", "mark.py")[0]
        self.assertEqual((alias["alias_bstart"], alias["alias_bend"]), (10, 12))

    def test_latin_1(self) -> None:
        index = self.rows("file_line_index", "latin1.py")[0]
        self.assertEqual((index["encoding"], index["recoded"]), ("iso-8859-1", True))
        self.assertEqual(self.node("latin1.py", "Name", "t"), (36, 37, 1, 12))
        self.assertEqual(self.reference("latin1.py", "t"), (36, 37, 1, 10))

    def test_other_codecs(self) -> None:
        self.assertEqual(self.node("shift_jis.py", "Name", "t"), (32, 33, 1, 14))
        self.assertEqual(self.reference("shift_jis.py", "t"), (32, 33, 1, 12))
        self.assertEqual(self.node("cp1252.py", "Name", "t"), (26, 27, 1, 11))
        self.assertEqual(self.reference("cp1252.py", "t"), (26, 27, 1, 9))

    def test_crlf(self) -> None:
        self.assertEqual(self.line_starts("crlf.py"), [0, 11, 21, 40])
        self.assertEqual(self.node("crlf.py", "Attribute", "sep"), (32, 38, 2, 11))
        self.assertEqual(self.reference("crlf.py", "sep"), (32, 38, 2, 11))

    def test_lone_carriage_returns(self) -> None:
        index = self.rows("file_line_index", "cr_only.py")[0]
        self.assertEqual((index["line_starts"], index["cr_only"]), ([0, 6, 12, 18], True))
        self.assertEqual(self.rows("ts_errors", "cr_only.py"), [])
        self.assertEqual(self.node("cr_only.py", "Name", "b"), (6, 7, 1, 0))
        self.assertEqual(self.reference("cr_only.py", "b"), (6, 7, 1, 0))

    def test_mixed_line_ends(self) -> None:
        self.assertEqual(self.line_starts("mixed_ends.py"), [0, 7, 13, 19, 25])
        self.assertEqual(self.node("mixed_ends.py", "Name", "d"), (19, 20, 3, 0))
        self.assertEqual(self.reference("mixed_ends.py", "d"), (19, 20, 3, 0))

    def test_a_form_feed(self) -> None:
        self.assertEqual(self.line_starts("form_feed.py")[:4], [0, 10, 12, 28])
        self.assertEqual(self.node("form_feed.py", "FunctionDef", "after_ff")[::2], (12, 2))
        definition = self.rows("cst_defs_norm_v1", "form_feed.py")[0]["def_span"]
        self.assertEqual((definition["bstart"], definition["start"]["line"]), (12, 2))

    def test_what_other_programs_take_for_line_ends(self) -> None:
        self.assertEqual(self.line_starts("separators.py"), [0, 10, 16, 28, 34])
        for see in (
            lambda name: self.node("separators.py", "Name", name),
            lambda name: self.reference("separators.py", name),
        ):
            self.assertEqual(see("b"), (10, 11, 1, 0))
            self.assertEqual(see("d"), (28, 29, 3, 0))

    def test_astral_characters(self) -> None:
        self.assertEqual(self.node("astral.py", "Name", "y"), (12, 13, 0, 12))
        self.assertEqual(self.reference("astral.py", "y"), (12, 13, 0, 12))

    def test_names_are_normalised_and_spans_keep_the_spelling(self) -> None:
        names = self.table("cst_refs").filter(path="ligature.py", ref_text="fi")
        self.assertEqual(set(names["bend"] - names["bstart"]), {3, len("self.fi")})
        self.assertEqual(self.node("ligature.py", "Name", "fi")[:2], (19, 22))

    def test_an_error_of_the_parser(self) -> None:
        (row,) = self.rows("cst_parse_errors", "parser_error.py")
        self.assertEqual((row["parser"], row["error_type"]), ("cpython", "SyntaxError"))
        self.assertEqual((row["bstart"], row["bend"], row["span_ok"]), (5, 6, True))

    def test_an_error_of_the_compiler(self) -> None:
        (row,) = self.rows("cst_parse_errors", "compiler_error.py")
        self.assertEqual(row["message"], "'return' outside function")
        self.assertEqual(
            (row["col_unit"], row["raw_start_col"], row["raw_end_col"]), ("utf8", 1, 10)
        )
        self.assertEqual((row["bstart"], row["bend"], row["span_ok"]), (0, 9, True))

    def test_no_byte_is_clamped_in_silence(self) -> None:
        sizes = dict(self.table("repo_files", "path", "size_bytes").iter_rows())
        wrong = (
            polars.col("bstart").is_null() | polars.col("bend").is_null() | ~polars.col("span_ok")
        )
        for table in ("ast_nodes", "cst_refs", "cst_defs", "cst_callsites", "cst_type_exprs"):
            rows = self.table(table, "path", "bstart", "bend", "span_ok", "span_reason")
            self.assertEqual(set(rows.filter(wrong)["span_reason"]) - {"no_position"}, set(), table)
            for path, begin, end, ok, _ in rows.iter_rows():
                self.assertTrue(
                    not ok or 0 <= begin <= end <= sizes[path], (table, path, begin, end)
                )

    def test_no_position_of_the_fixtures_needs_repair(self) -> None:
        self.assertEqual(self.rows("span_errors_v1"), [])

    def test_equal_siblings_are_told_apart_by_rank(self) -> None:
        functions = self.table("cst_defs_norm_v1").filter(path="siblings.py", name="f")
        self.assertEqual(functions["ordinal"].to_list(), [0, 1])
        self.assertEqual(functions["def_id"].n_unique(), 2)
        lambdas = self.table("symtable_scopes").filter(path="siblings.py", name="lambda")
        self.assertEqual(sorted(lambdas["ordinal"]), [0, 1])
        self.assertEqual(lambdas["scope_id"].n_unique(), 2)


if __name__ == "__main__":
    unittest.main()
