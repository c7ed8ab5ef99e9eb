"""Norma's flow tables as rows of the reference: units by path, events and instructions by place."""

import collections
import pathlib

import deltalake
from reference import COLUMNS
from support import place_of

TABLES = {
    "units": "py_bc_code_units",
    "instructions": "py_bc_instructions",
    "blocks": "py_bc_blocks",
    "edges": "py_bc_cfg_edges",
    "events": "py_bc_events",
    "reaches": "py_bc_reaches",
}
# Where a column of the reference has another name in norma's tables.
NAMES = {
    "blocks": {
        "block": "block_index",
        "start": "start_offset",
        "end": "end_offset",
        "first_instr": "first_instr_index",
        "reachable": "is_reachable",
    },
    "edges": {"src": "src_block_index", "dst": "dst_block_index"},
    "events": {
        "event": "event_index",
        "instr": "instr_index",
        "block": "block_index",
        "start": "start_offset",
        "end": "end_offset",
    },
    "reaches": {},
}


def has_units(output: pathlib.Path) -> bool:
    units = deltalake.DeltaTable(place_of(output, TABLES["units"]))
    return units.to_pyarrow_table(columns=["path"]).num_rows > 0


class Tables:
    """The rows of some files below an output root."""

    def __init__(self, output: pathlib.Path, paths: list[str]):
        self.output, self.paths = output, paths
        self.units = self.unit_paths()
        instructions = self.read(
            "instructions", "path", "instr_id", "instr_index", "code_unit_id", "opname"
        )
        self.instructions = {row["instr_id"]: row for row in instructions}
        blocks = self.read("blocks")
        self.blocks = {row["block_id"]: row["block_index"] for row in blocks}
        events = self.read("events")
        self.events = {row["event_id"]: row for row in events}
        self.by_kind = {
            "blocks": blocks,
            "edges": self.read("edges"),
            "events": events,
            "reaches": self.read("reaches"),
        }

    def read(self, kind: str, *columns: str) -> list[dict]:
        table = deltalake.DeltaTable(place_of(self.output, TABLES[kind]))
        filters = [("path", "in", self.paths)]
        return table.to_pyarrow_table(columns=list(columns) or None, filters=filters).to_pylist()

    def unit_paths(self) -> dict[str, str]:
        """By code_unit_id: names and ranks of the units from the module inwards."""
        rows = {row["code_unit_id"]: row for row in self.read("units")}

        def path(row: dict) -> str:
            own = f"{row['name']}#{row['ordinal']}"
            parent = rows.get(row["parent_code_unit_id"])
            return f"{path(parent)}/{own}" if parent else own

        return {identity: path(row) for identity, row in rows.items()}

    def of_files(self) -> dict[str, dict[str, list]]:
        """By path and kind: rows in the reference's columns."""
        found = collections.defaultdict(lambda: collections.defaultdict(list))
        counts = collections.Counter(
            (row["path"], self.units[row["code_unit_id"]]) for row in self.instructions.values()
        )
        for (path, unit), count in counts.items():
            found[path]["units"].append([unit, count])
        for kind, rows in self.by_kind.items():
            names = [NAMES[kind].get(name, name) for name in COLUMNS[kind]]
            for row in rows:
                row = {**row, **self.keys(kind, row)}
                found[row["path"]][kind].append([row[name] for name in names])
        return found

    def keys(self, kind: str, row: dict) -> dict:
        """The columns that stand for ids."""
        unit = {"unit": self.units[row["code_unit_id"]]}
        if kind == "blocks":
            return {**unit, "handler": self.blocks.get(row["handler_block_id"])}
        if kind == "edges":
            condition = self.instructions.get(row["cond_instr_id"], {})
            return {**unit, "cond_instr": condition.get("instr_index")}
        if kind == "reaches":
            return {
                **unit,
                "def_unit": self.units[row["def_code_unit_id"]],
                "def_event": self.events[row["def_event_id"]]["event_index"],
                "event": self.events[row["use_event_id"]]["event_index"],
            }
        return unit
