"""Dynamic soundness: whatever real code reads, the tables say where it may have been written.

Unit tests of the standard library and of packages run under each interpreter while every instruction
is watched. Each pair of last writer and reader must be an edge of the reference and of norma's tables.
"""

import collections
import json
import os
import pathlib
import tempfile
import unittest

from describe import named
from interpreters import HERE, SOURCES, Interpreter, interpreters
from support import FactsCase
from tables import Tables, has_units

# What the packages import: they come as archives, and are not installed.
PATHS = {
    "django-5.2.8": ["django-5.2.8", "django-5.2.8/tests", "asgiref-3.8.1", "sqlparse-0.5.3"],
    "mpmath-1.3.0": ["mpmath-1.3.0"],
    "sympy-1.14.0": ["sympy-1.14.0", "mpmath-1.3.0"],
}
ENOUGH = 100_000


def observe(python: Interpreter, line: str) -> dict:
    """Runs a line of traced.txt and gives what trace.py found."""
    tests, _, watched = line.partition(" : ")
    package, *modules = tests.split()
    base = python.library if package == "library" else SOURCES / package
    paths = [SOURCES / path for path in PATHS.get(package, [])]
    roots = [os.path.normpath(base / root) for root in watched.split()]
    with tempfile.TemporaryDirectory(prefix="norma-test-") as folder:  # tests may write there
        names = pathlib.Path(folder, "tests.txt")
        names.write_text("\n".join(modules))
        return json.loads(python.output("trace.py", names, *roots, paths=paths, folder=folder))


def from_an_earlier_call(def_unit: str, use_unit: str, var_class: str) -> bool:
    """A variable of an outer scope that the reading unit itself wrote, the last time it ran.

    The specification lists only the definitions of other units for those.
    """
    return def_unit == use_unit and var_class in ("free", "global")


def unexplained(missing: list[list]) -> list[list]:
    return [one for one in missing if not from_an_earlier_call(one[1], one[6], one[7])]


class Traces(FactsCase):
    def test_reads_come_from_where_the_edges_say(self) -> None:
        lines = [line for line in (HERE / "traced.txt").read_text().splitlines() if line[0] != "#"]
        observed = [(python, self.watch(python, lines)) for python in interpreters()]
        for python, seen in observed:
            self.find_in_tables(python, seen)

    def watch(self, python: Interpreter, lines: list[str]) -> dict[str, set]:
        """The pairs that were observed, by file, after each is found in the reference."""
        observations = earlier = 0
        static, seen = {}, collections.defaultdict(set)
        for line in lines:
            found = observe(python, line)
            observations += found["observations"]
            static |= found["static"]
            missing = unexplained(found["missing"])
            earlier += len(found["missing"]) - len(missing)
            for file, pairs in found["files"].items():
                seen[file] |= set(map(tuple, pairs))
            with self.subTest(version=python.version, tests=line):
                self.assertEqual(missing, [])
                self.assertEqual(found["unbound"], [])
        pairs, edges = sum(map(len, seen.values())), sum(static.values())
        print(
            f"{python.version}: {observations} reads, {pairs} pairs, of {edges} edges in the files"
            f" {100 * pairs / edges:.0f} %; {earlier} pairs from an earlier call of the same unit"
        )
        self.assertGreater(observations, ENOUGH)
        return seen

    def find_in_tables(self, python: Interpreter, seen: dict[str, set]) -> None:
        """Every observed pair is a row of py_bc_reaches."""
        self.repository = self.scratch / python.version
        names = {f"{number}.py": file for number, file in enumerate(sorted(seen))}
        for name, file in names.items():
            self.write(name, pathlib.Path(file).read_bytes())
        output = self.scratch / f"facts-{python.version}"
        self.run_facts("--python", str(python.program), output=output)
        if not has_units(output):
            self.skipTest("norma writes no flow tables")
        for name, file in names.items():
            rows = Tables(output, [name]).of_files()[name]
            events = named("events", rows["events"])
            classes = {(event["unit"], event["event"]): event["var_class"] for event in events}
            missing = {
                pair
                for pair in seen[file] - {tuple(row[:4]) for row in rows["reaches"]}
                if not from_an_earlier_call(pair[0], pair[2], classes.get(pair[2:]))
            }
            with self.subTest(version=python.version, file=file):
                self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
