"""Where running code reads what the specification's edges leave out; each gap at its smallest.

A gap that is closed there and in the reference is taken out of this list.
"""

import json
import unittest

from describe import short
from interpreters import HERE, interpreters

# Definition and use by unit and line.
EARLIER_CALL = {("earlier_call", 10, 9)}
RECURSION = {("recursion", 20, 19)}
SAME_NAME = {("same_name", 42)}  # a load in the comprehension that counts as a capture
RAISED = {("raised/write", 28, 37)}


class Gaps(unittest.TestCase):
    def test_gaps_are_these(self) -> None:
        for python in interpreters():
            gaps = HERE / "gaps"
            answer = python.output("trace.py", gaps / "tests.txt", gaps, paths=[gaps])
            found = json.loads(answer)
            missing = {
                (short(unit), line, use_line)
                for _, unit, _, _, _, line, _, _, _, _, use_line, _ in found["missing"]
            }
            values = {(short(unit), line) for _, unit, _, _, _, line in found["values"]}
            # 3.11 checks each load of a local, which counts as a place where others may write
            raised = RAISED if python.version != "3.11" else set()
            with self.subTest(version=python.version):
                self.assertEqual(missing, EARLIER_CALL | RECURSION | raised)
                # 3.11 has comprehensions in units of their own
                self.assertEqual(values, SAME_NAME if python.version != "3.11" else set())


if __name__ == "__main__":
    unittest.main()
