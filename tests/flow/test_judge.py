"""The judge itself: tables that say what the reference says pass, and one wrong row is found."""

import pathlib
import tempfile
import unittest

import deltalake
import pyarrow
from describe import named
from judged import broken_properties, differences
from reference import COLUMNS, File
from tables import NAMES, TABLES, Tables

PATH = "a.py"
SOURCE = b"""
def f(c, xs):
    if c:
        x = 1
    try:
        return [x for y in xs]
    except E:
        return lambda: x
"""


def with_ids(rows: dict[str, list]) -> dict[str, list[dict]]:
    """The rows of a file as norma's tables have them; an id is the text of its parts."""
    made = {kind: named(kind, rows[kind]) for kind in COLUMNS}
    found = {}
    for kind in ("blocks", "edges", "events", "reaches"):
        names = NAMES[kind]
        found[kind] = [{names.get(key, key): row[key] for key in row} for row in made[kind]]
        for row in found[kind]:
            row.update(path=PATH, code_unit_id=row.pop("unit"))
    for block in found["blocks"]:
        unit, handler = block["code_unit_id"], block.pop("handler")
        block["block_id"] = f"{unit} {block['block_index']}"
        block["handler_block_id"] = None if handler is None else f"{unit} {handler}"
    for edge in found["edges"]:
        condition = edge.pop("cond_instr")
        edge["cond_instr_id"] = None if condition is None else f"{edge['code_unit_id']} {condition}"
    for event in found["events"]:
        unit, instruction = event["code_unit_id"], event["instr_index"]
        event["event_id"] = f"{unit} {event['event_index']}"
        event["instr_id"] = None if instruction is None else f"{unit} {instruction}"
    for reach in found["reaches"]:
        reach["def_code_unit_id"] = reach.pop("def_unit")
        reach["def_event_id"] = f"{reach['def_code_unit_id']} {reach.pop('def_event')}"
        reach["use_event_id"] = f"{reach['code_unit_id']} {reach.pop('event')}"
    return found


def write_tables(file: File, output: pathlib.Path) -> None:
    found = with_ids(file.rows())
    found["units"] = [
        {
            "path": PATH,
            "code_unit_id": unit.path,
            "parent_code_unit_id": unit.parent and unit.parent.path,
            "name": unit.code.co_name,
            "ordinal": int(unit.path.rpartition("#")[2]),
        }
        for unit in file.units
    ]
    found["instructions"] = [
        {
            "path": PATH,
            "code_unit_id": unit.path,
            "instr_id": f"{unit.path} {instruction.index}",
            "instr_index": instruction.index,
            "opname": instruction.opname,
        }
        for unit in file.units
        for instruction in unit.instructions
    ]
    for kind, rows in found.items():
        place = output / "evidence" / TABLES[kind]
        deltalake.write_deltalake(place, pyarrow.Table.from_pylist(rows))


class Judge(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory(prefix="norma-test-")
        self.addCleanup(scratch.cleanup)
        output = pathlib.Path(scratch.name)
        for folder in ("normalize", "control"):
            (output / folder).mkdir()
        file = File(SOURCE)
        write_tables(file, output)
        self.rows = file.rows()
        self.tables = Tables(output, [PATH])

    def test_equal_tables_pass(self) -> None:
        self.assertEqual(differences(PATH, self.rows, self.tables.of_files()[PATH]), {})

    def test_a_wrong_row_of_each_kind_is_found(self) -> None:
        for kind in COLUMNS:
            wrong = {**self.rows, kind: [*self.rows[kind][1:], self.rows[kind][-1]]}
            with self.subTest(kind=kind):
                found = differences(PATH, wrong, self.tables.of_files()[PATH])
                self.assertEqual([len(found[kind]), *found], [2, kind])

    def test_a_lost_edge_of_a_conditional_jump_is_found(self) -> None:
        self.assertEqual(broken_properties(self.tables, "3.12"), [])
        edges = self.tables.by_kind["edges"]
        edges.remove(next(edge for edge in edges if edge["cond_instr_id"] is not None))
        self.assertRegex(broken_properties(self.tables, "3.12")[0], "conditional jumps")

    def test_an_unchecked_load_that_may_be_unbound_is_found(self) -> None:
        uses = (e for e in self.tables.by_kind["events"] if e["kind"] == "use")
        next(e for e in uses if e["var_class"] == "local").update(maybe_unbound=True)
        self.assertRegex(broken_properties(self.tables, "3.12")[0], "unchecked load")


if __name__ == "__main__":
    unittest.main()
