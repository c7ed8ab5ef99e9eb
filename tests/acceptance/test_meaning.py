"""What the tables say of types, names and diagnostics, on the examples that their definition gives."""

import unittest

from support import FactsCase, run_norma

# What stands in an annotation, with its imports: type_repr and type_form.
TYPES = [
    ("int", "int", "name"),
    ("builtins.int", "int", "name"),
    ("List[ int ]", "list[int]", "generic"),
    ("typing.List[int]", "list[int]", "generic"),
    ("t.List[int]", "list[int]", "generic"),
    ('"list[int]"', "list[int]", "generic"),
    ("Optional[int]", "int | None", "optional"),
    ("int | None", "int | None", "optional"),
    ("Union[None, int]", "int | None", "optional"),
    ("Union[str, int]", "int | str", "union"),
    ("int | str | int", "int | str", "union"),
    ("Callable[[int, str], bool]", "collections.abc.Callable[[int, str], bool]", "callable"),
    ('Literal["a", 1]', "typing.Literal['a', 1]", "literal"),
    ('"Foo"', "pkg.a.Foo", "name"),
    ("Tuple[int, ...]", "tuple[int, ...]", "tuple"),
    ("tuple", "tuple", "name"),
    ("Unpack[Ts]", "*Ts", "unpack"),
]
IMPORTS = """\
import builtins, typing, typing as t
from typing import Callable, List, Literal, Optional, Tuple, TypeVarTuple, Union
from typing_extensions import Unpack
Ts = TypeVarTuple("Ts")


class Foo: ...


"""


class Types(FactsCase):
    def test_spellings_of_a_type_are_one_type(self) -> None:
        self.write("pkg/__init__.py", "")
        self.write(
            "pkg/a.py",
            IMPORTS + "".join(f"v_{n}: {text}\n" for n, (text, _, _) in enumerate(TYPES)),
        )
        self.write("pkg/b.py", "from .a import Foo\nx: Foo\n")
        self.run_facts()
        found = self.table("type_exprs_norm_v1").filter(path="pkg/a.py")
        self.assertEqual(found.select("expr_text", "type_repr", "type_form").rows(), TYPES)
        other = self.rows("type_exprs_norm_v1", "pkg/b.py")[0]
        self.assertEqual(other["type_repr"], "pkg.a.Foo")
        nodes = self.table("type_nodes_v1")
        self.assertEqual(set(nodes["type_id"]), set(found["type_id"]) | {other["type_id"]})
        self.assertEqual(set(nodes["origin"]), {"annotation"})
        self.assertEqual(nodes["type_repr"].n_unique(), len(nodes))

    def test_an_annotated_variable_of_a_function(self) -> None:
        self.write("a.py", 'from typing import List\ndef f():\n    x: "List[int]" = []\n')
        self.run_facts()
        (row,) = self.rows("type_exprs_norm_v1")
        (owner,) = self.rows("cst_defs_norm_v1")
        self.assertEqual((row["expr_role"], row["owner_def_id"]), ("variable", owner["def_id"]))
        self.assertEqual((row["type_repr"], row["type_form"]), ("list[int]", "generic"))
        self.assertEqual(row["attrs"], {"type.forward_ref": "true"})


class Diagnostics(FactsCase):
    def diagnostics(self) -> list[tuple]:
        return [
            (
                row["diag_source"],
                row["severity"],
                row["code"],
                row["span"]["bstart"],
                row["span"]["bend"],
            )
            for row in self.rows("diagnostics_norm_v1")
        ]

    def test_a_syntax_error(self) -> None:
        self.write("a.py", "def f(:\n  pass\nx = 1\n\n\ndef g(): pass\n")
        self.run_facts()
        cpython = [row for row in self.diagnostics() if row[0] == "cpython"]
        self.assertEqual(cpython, [("cpython", "ERROR", "SYNTAX_ERROR", 6, 7)])
        self.assertIn("treesitter", {row[0] for row in self.diagnostics()})
        self.assertIn("g", set(self.table("cst_defs_norm_v1")["name"]))

    def test_a_file_that_cannot_be_decoded(self) -> None:
        self.write("a.py", "# coding: no-such-codec\nx = f(1)\n")
        self.run_facts()
        self.assertEqual(self.diagnostics(), [("extract", "ERROR", "UNKNOWN_ENCODING", None, None)])
        (call,) = self.rows("cst_callsites")
        self.assertEqual((call["bstart"], call["bend"], call["span_ok"]), (28, 32, True))
        self.assertEqual(self.rows("ast_nodes"), [])

    def test_absent_producers_are_recorded(self) -> None:
        self.write("a.py", "x = 1\n")
        self.run_facts()
        (complete,) = [row for row in self.rows("runs_v1") if row["state"] == "complete"]
        self.assertLessEqual(
            {"scip_diagnostics", "scip_documents", "py_bc_code_units"},
            set(complete["absent_inputs"]),
        )
        self.assertEqual(self.rows("scip_documents"), [])

    def test_functions_agree_with_their_scopes(self) -> None:
        self.write("a.py", "class C:\n    @d\n    def f(a, b, /, c, *, d): pass\n")
        self.run_facts()
        self.assertEqual(self.diagnostics(), [])


class LargeOffsets(FactsCase):
    def test_an_offset_past_the_32_bit_range_passes_unchanged(self) -> None:
        self.write("a.py", "x = 1\n")
        self.run_facts()
        begin, end = 3_000_000_000, 3_000_000_007
        sql = (
            f"SELECT s['bstart'] AS b, s['bend'] AS e FROM (SELECT norma_span('treesitter', 1, 2, 1, 9, "
            f"arrow_cast({begin}, 'Int64'), arrow_cast({end}, 'Int64'), true) AS s)"
        )
        rows = run_norma("query", sql, "--out", self.output, "--format", "csv").stdout.splitlines()
        self.assertEqual(rows[1], f"{begin},{end}")


if __name__ == "__main__":
    unittest.main()
