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
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as names:
        names.write("\n".join(modules))
        names.flush()
        roots = [os.path.normpath(base / root) for root in watched.split()]
        return json.loads(python.output("trace.py", names.name, *roots, paths=paths))


def from_an_earlier_call(missing: list) -> bool:
    """A variable of an outer scope that the reading unit itself wrote, the last time it ran.

    The specification lists only the definitions of other units for those.
    """
    _, def_unit, _, _, _, _, use_unit, *_ = missing
    return def_unit == use_unit


class Traces(FactsCase):
    def test_reads_come_from_where_the_edges_say(self) -> None:
        lines = [line for line in (HERE / "traced.txt").read_text().splitlines() if line[0] != "#"]
        for python in interpreters():
            observations = pairs = static = earlier = 0
            seen = collections.defaultdict(set)
            for line in lines:
                found = observe(python, line)
                observations += found["observations"]
                pairs += found["pairs"]
                static += found["static"]
                missing = [one for one in found["missing"] if not from_an_earlier_call(one)]
                earlier += len(found["missing"]) - len(missing)
                for file, observed in found["files"].items():
                    seen[file] |= set(map(tuple, observed))
                with self.subTest(version=python.version, tests=line):
                    self.assertEqual(missing, [])
                    self.assertEqual(found["unbound"], [])
            print(
                f"{python.version}: {observations} reads, {pairs} pairs, {100 * pairs / static:.0f} % of"
                f" {static} edges; {earlier} pairs from an earlier call of the same unit"
            )
            self.assertGreater(observations, ENOUGH)
            self.find_in_tables(python, seen)

    def find_in_tables(self, python: Interpreter, seen: dict[str, set]) -> None:
        """Every observed pair is a row of py_bc_reaches."""
        names = {f"{python.version}/{number}.py": file for number, file in enumerate(sorted(seen))}
        for name, file in names.items():
            self.write(name, pathlib.Path(file).read_bytes())
        output = self.scratch / f"facts-{python.version}"
        self.run_facts("--python", str(python.program), output=output)
        if not has_units(output):
            self.skipTest("norma writes no flow tables")
        for name, file in names.items():
            rows = Tables(output, [name]).of_files()[name]["reaches"]
            missing = {
                pair
                for pair in seen[file] - {(row[0], row[1], row[2], row[3]) for row in rows}
                if pair[0] != pair[2]  # see from_an_earlier_call
            }
            with self.subTest(version=python.version, file=file):
                self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
