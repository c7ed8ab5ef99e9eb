"""The worked examples: what is written beside each source, under every version.

A line of examples/NAME.txt may begin with the versions that it holds for. Offsets and places are
those of the releases in pythons.txt.
"""

import json
import unittest

from describe import describe
from interpreters import HERE, interpreters

EXAMPLES = sorted((HERE / "examples").glob("*.py"))


def expected(text: str, version: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        versions, bar, rest = line.partition(" | ")
        if not bar:
            lines.append(line)
        elif version in versions.split():
            lines.append(rest)
    return sorted(lines)


class Examples(unittest.TestCase):
    maxDiff = None

    def test_reference_says_what_is_written(self) -> None:
        for python in interpreters():
            answers = python.output("reference.py", *EXAMPLES).splitlines()
            for source, answer in zip(EXAMPLES, answers, strict=True):
                with self.subTest(example=source.stem, version=python.version):
                    text = source.with_suffix(".txt").read_text()
                    self.assertEqual(describe(json.loads(answer)), expected(text, python.version))


if __name__ == "__main__":
    unittest.main()
