"""Says what norma must say about the flow of a file: the judge of its tables.

Usage: reference.py FILE...      one line of JSON for each file

It follows the specification word by word, in plain Python, run by the interpreter whose bytecode is
judged. It is slow on purpose: nothing in it is clever, and nothing is shared with norma.
"""

import io
import json
import pathlib
import sys
import tokenize
import warnings
from collections import defaultdict

from solve import FOREIGN, UNBOUND, Solution
from units import Unit, units_of
from variables import Namer


def lines_of(source: bytes) -> list[bytes]:
    """The lines of a file as the compiler counts them, in UTF-8."""
    encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
    text = source.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    return [line.encode() for line in text.split("\n")]


# The names of what stands in each row, for those who read it.
COLUMNS = {
    "units": "unit instructions",
    "blocks": "unit block start end first_instr instr_count kind exit_kind handler reachable",
    "edges": "unit src dst kind cond_instr exc_index",
    "events": """unit event instr block start end raw_start_line raw_start_col raw_end_line raw_end_col
        sub_index kind var_class symbol ordinal origin synthetic fallback maybe_unbound def_count""",
    "reaches": "def_unit def_event unit event symbol var_class via certainty",
}
COLUMNS = {kind: names.split() for kind, names in COLUMNS.items()}


class File:
    """The units of one file, solved."""

    def __init__(self, source: bytes, name: str = "<file>"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(source, name, "exec", 0, True)
        self.units = list(units_of(code))
        self.lines = lines_of(source)
        for unit in self.units:
            Namer(unit, self.lines).name_all()
        self.sharing = defaultdict(list)  # units by binding, and the variable it is there
        for unit in self.units:
            for variable in {event.variable for event in unit.events}:
                binding = self.binding(unit, variable)
                if binding is not None:
                    self.sharing[binding].append((unit, variable))
        self.solutions = {unit.path: Solution(unit, self.foreign(unit)) for unit in self.units}
        self.reaches = sorted(row for unit in self.units for row in self.reaches_of(unit))

    def binding(self, unit: Unit, variable: tuple) -> tuple | None:
        """The variable as the language sees it, which units may share."""
        var_class, symbol = variable
        if var_class == "global":
            return ("", symbol)
        if var_class == "cell":
            return (unit.path, symbol)
        if var_class == "free":
            owner = unit.parent
            while symbol not in owner.code.co_cellvars:
                owner = owner.parent
            return (owner.path, symbol)
        return None

    def others(self, unit: Unit, variable: tuple):
        """Events of other units on a variable that `unit` shares with them."""
        for other, there in self.sharing.get(self.binding(unit, variable), ()):
            if other is not unit:
                yield from ((other, event) for event in other.events if event.variable == there)

    def foreign(self, unit: Unit) -> set[tuple]:
        return {
            variable
            for variable in {event.variable for event in unit.events}
            if any(
                event.kind in ("def", "undef") and event.instruction is not None
                for _, event in self.others(unit, variable)
            )
        }

    def reaches_of(self, unit: Unit):
        """The rows of uses in one unit; also fills in what its uses say about themselves."""
        solution = self.solutions[unit.path]
        flow = solution.flow()
        into = defaultdict(int)
        for (definition, use), must in flow.items():
            into[use] += 1
            yield self.row(unit, definition, unit, use, "flow", must)
        for (definition, use), must in solution.restored().items():
            yield self.row(unit, definition, unit, use, "restore", must)
        entries = solution.entry_of_free()
        for use in unit.events:
            if use.kind != "use":
                continue
            use.def_count = into[use.index]
            before = solution.before.get(use.index, frozenset())
            if use.variable[0] in ("local", "cell", "free"):
                use.maybe_unbound = UNBOUND in before and use.origin != "save"
            foreign = []
            if before & {FOREIGN, entries.get(use.variable)}:
                foreign = list(self.definitions_elsewhere(unit, use.variable))
            via = "global" if use.variable[0] == "global" else "closure"
            for other, event in foreign:
                yield self.row(other, event.index, unit, use.index, via, False)
            if not foreign and not into[use.index] and use.variable[0] in ("global", "name"):
                yield from self.stars(unit, use, solution)

    def definitions_elsewhere(self, unit: Unit, variable: tuple):
        for other, event in self.others(unit, variable):
            if event.kind == "def" and event.origin != "free":
                yield other, event

    def stars(self, unit: Unit, use, solution: Solution):
        before = solution.star_before.get(use.index, frozenset())
        for definition in before - {FOREIGN}:
            yield self.row(unit, definition, unit, use.index, "star", False)
        if FOREIGN in before:
            for other, there in self.sharing.get(("", "*"), ()):
                for event in other.events:
                    if event.variable == there:
                        yield self.row(other, event.index, unit, use.index, "star", False)

    def row(self, def_unit, definition, use_unit, use, via, must) -> tuple:
        event = use_unit.events[use]
        certainty = "must" if must else "may"
        return (
            def_unit.path,
            definition,
            use_unit.path,
            use,
            event.symbol,
            event.variable[0],
            via,
            certainty,
        )

    def rows(self) -> dict[str, list]:
        return {
            "units": [[unit.path, len(unit.instructions)] for unit in self.units],
            "blocks": [
                [unit.path, block.index, block.start, block.end, block.instructions[0].index,
                 len(block.instructions), block.kind, block.exit_kind, block.handler, block.reachable]
                for unit in self.units
                for block in unit.blocks
            ],
            "edges": [
                [unit.path, edge.source, edge.target, edge.kind, edge.condition, edge.exc_index]
                for unit in self.units
                for edge in unit.edges
            ],
            "events": [
                [unit.path, event.index, *self.event_row(event)]
                for unit in self.units
                for event in unit.events
            ],
            "reaches": [list(row) for row in self.reaches],
        }  # fmt: skip

    def event_row(self, event) -> list:
        at = event.instruction
        where = [at.index, at.block, at.start, at.end] if at else [None, 0, None, None]
        first, last, start, end = at.place if at else [None] * 4
        return [
            *where, first, start, last, end, event.sub_index, event.kind, event.variable[0], event.symbol, event.ordinal,
            event.origin, event.synthetic, event.fallback, event.maybe_unbound, event.def_count,
        ]  # fmt: skip


def main() -> None:
    for path in sys.argv[1:]:
        try:
            rows = File(pathlib.Path(path).read_bytes()).rows()
        except (SyntaxError, ValueError, RecursionError, MemoryError) as refusal:
            rows = {"refused": type(refusal).__name__}
        print(json.dumps({"path": path, **rows}, separators=(",", ":")))


if __name__ == "__main__":
    main()
