"""Ids hold no positions: they differ between files and stay when lines move."""

import unittest

from support import FIXTURES, GOOD, FactsCase, copy_sources, tables_of

# Ids of what is the same wherever it is written.
SHARED = {"type_id", "qname_id"}


def id_columns(columns: list[str]) -> list[str]:
    """The columns that hold ids, but for those of spans and numbers in a tree."""
    numbers = {"span_id", "ast_id", "parent_ast_id", "run_id"}
    return [column for column in columns if column.endswith("_id") and column not in numbers]


class Ids(FactsCase):
    def ids(self) -> dict[str, list[dict]]:
        """The ids of every table, row by row in an order of their own."""
        found = {}
        for name in tables_of(self.output, "evidence", "normalize"):
            table = self.table(name)
            columns = id_columns(table.columns)
            if columns:
                found[name] = table.select(columns).sort(columns).to_dicts()
        return found

    def test_a_comment_on_top_changes_no_id(self) -> None:
        copy_sources(FIXTURES, self.repository)
        self.run_facts()
        before = self.ids()
        spans = set(self.table("cst_defs_norm_v1")["span_id"])
        for place in self.repository.glob("*.py"):
            place.write_bytes(with_comment(place.read_bytes()))
        self.run_facts()
        for name, ids in self.ids().items():
            self.assertEqual(ids, before[name], name)
        self.assertEqual(spans & set(self.table("cst_defs_norm_v1")["span_id"]), set())

    def test_a_changed_body_changes_only_what_it_owns(self) -> None:
        functions = [f"def f_{n}(x):\n    return g(x, {n})\n\n\n" for n in range(3)]
        self.write("a.py", "".join(functions))
        self.run_facts()
        before = self.table("cst_callsites", "call_id", "owner_def_id").rows()
        functions[1] = "def f_1(x):\n    y = h(x)\n    return [y for y in x]\n\n\n"
        self.write("a.py", "".join(functions))
        self.run_facts()
        after = self.table("cst_callsites", "call_id", "owner_def_id").rows()
        self.assertEqual([before[0], before[2]], [after[0], after[2]])
        self.assertNotEqual(before[1][0], after[1][0])
        self.assertEqual(before[1][1], after[1][1])

    def test_files_of_equal_content_share_no_id(self) -> None:
        content = (FIXTURES / "everything.py").read_bytes()
        self.write("one.py", content)
        self.write("other.py", content)
        self.run_facts()
        for name in tables_of(self.output, "evidence", "normalize"):
            table = self.table(name)
            if "path" in table.columns:
                for column in set(id_columns(table.columns)) - SHARED:
                    values = [
                        set(table.filter(path=path)[column]) - {None}
                        for path in ("one.py", "other.py")
                    ]
                    self.assertEqual(len(values[0]), len(values[1]), (name, column))
                    self.assertEqual(values[0] & values[1], set(), (name, column))

    def test_line_ends_change_no_id(self) -> None:
        content = (FIXTURES / "crlf.py").read_bytes()
        self.write("a.py", content)
        self.run_facts()
        before, spans = self.ids(), self.rows("cst_defs_norm_v1")[0]["span_id"]
        self.write("a.py", content.replace(b"\r\n", b"\n"))
        self.run_facts()
        self.assertEqual(self.ids(), before)
        self.assertNotEqual(self.rows("cst_defs_norm_v1")[0]["span_id"], spans)

    def test_a_renamed_file_has_new_ids(self) -> None:
        self.write("a.py", GOOD)
        self.run_facts()
        before = {row["def_id"] for row in self.rows("cst_defs_norm_v1")}
        (self.repository / "a.py").rename(self.repository / "b.py")
        self.run_facts()
        self.assertEqual(before & {row["def_id"] for row in self.rows("cst_defs_norm_v1")}, set())


def with_comment(content: bytes) -> bytes:
    """A file with a comment line on top, below its mark and its coding cookie."""
    end = b"\r" if b"\r" in content and b"\n" not in content else b"\n"
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    rest = content[len(mark) :]
    cookie, line = b"", rest.split(b"\n", 1)[0]
    if b"coding" in line:
        cookie = line + b"\n"
        rest = rest[len(cookie) :]
    return mark + cookie + b"# a comment" + end + rest


if __name__ == "__main__":
    unittest.main()
