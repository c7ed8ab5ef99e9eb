"""Runs norma over a repository with each interpreter and compares its flow tables with the reference."""

import collections
import json
import pathlib

from interpreters import Interpreter, interpreters
from reference import COLUMNS
from support import FactsCase
from tables import Tables, has_units

BATCH = 50  # files whose rows are in memory at once
SHOWN = 5  # differences of a kind that are printed


def differences(path: str, ours: dict, theirs: dict) -> dict[str, list[str]]:
    """By kind of row: those that only one side has, `-` for the reference's and `+` for norma's."""
    found = collections.defaultdict(list)
    for kind in COLUMNS:
        wanted = collections.Counter(map(tuple, ours[kind]))
        got = collections.Counter(map(tuple, theirs.get(kind, [])))
        found[kind] += [f"- {path} {row}" for row in (wanted - got).elements()]
        found[kind] += [f"+ {path} {row}" for row in (got - wanted).elements()]
    return {kind: rows for kind, rows in found.items() if rows}


class JudgedCase(FactsCase):
    """A test that fills the repository and has it judged."""

    def judge(self) -> None:
        for python in interpreters():
            self.judge_with(python)

    def judge_with(self, python: Interpreter) -> None:
        output = self.scratch / f"facts-{python.version}"
        self.run_facts("--python", str(python.program), output=output)
        if not has_units(output):
            self.skipTest("norma writes no flow tables")
        self.judge_run(python, output)

    def paths(self) -> list[str]:
        files = self.repository.rglob("*.py")
        return sorted(str(file.relative_to(self.repository)) for file in files)

    def judge_run(self, python: Interpreter, output: pathlib.Path) -> None:
        found, judged, paths = collections.defaultdict(list), 0, self.paths()
        for first in range(0, len(paths), BATCH):
            batch = paths[first : first + BATCH]
            tables = Tables(output, batch)
            rows = tables.of_files()
            with self.subTest(version=python.version, check="properties"):
                self.assertEqual(broken_properties(tables, python.version), [])
            with python.run("reference.py", *(self.repository / path for path in batch)) as process:
                for path, line in zip(batch, process.stdout, strict=True):
                    ours = json.loads(line)
                    if "refused" not in ours:
                        judged += 1
                        for kind, lines in differences(path, ours, rows[path]).items():
                            found[kind] += lines
        self.assertGreater(judged, 0)
        for kind, lines in found.items():
            with self.subTest(version=python.version, kind=kind):
                shown = "\n".join([*lines[:SHOWN], f"columns: {' '.join(COLUMNS[kind])}"])
                self.fail(f"{len(lines)} {kind} differ, of {judged} files:\n{shown}")


def broken_properties(tables: Tables, version: str) -> list[str]:
    """What must hold in the tables whatever the reference says."""
    broken = []
    opnames = {identity: row["opname"] for identity, row in tables.instructions.items()}
    for event in tables.by_kind["events"]:
        unsure = event["var_class"] == "local" and event["maybe_unbound"]
        if version != "3.11" and unsure and opnames[event["instr_id"]] != "LOAD_FAST_CHECK":
            broken.append(f"an unchecked load may be unbound: {event['path']} {event['symbol']}")
    jumps = sum(conditional(opname) for opname in opnames.values())
    edges = sum(edge["cond_instr_id"] is not None for edge in tables.by_kind["edges"])
    if edges != 2 * jumps:
        broken.append(f"{jumps} conditional jumps have {edges} edges")
    return broken


def conditional(opname: str) -> bool:
    return opname.startswith(("POP_JUMP_", "JUMP_IF_")) or opname in ("FOR_ITER", "SEND")
