#!/usr/bin/env python3
"""Prints which lines and branches of norma's modules the tests ran, by module.

Usage: coverage.py [--files] [--lines] BUILD_FOLDER     a build of the preset `coverage` whose tests ran

--files adds a line for each file, --lines the numbers of the lines that never ran. A header or a template
that is compiled more than once counts once: what ran anywhere ran.

Branches are the ways out of the decisions in the source. Exceptions are left out, since nothing of norma
throws, and so are decisions that were never reached on a line that ran: those of the code that unwinds
the stack, and those behind an && or || of the line, whose own way is counted as not taken.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "norma"


class FileCounts:
    """Of each line whether it ran, and of each of its decisions which ways were taken."""

    def __init__(self) -> None:
        self.lines: dict[int, bool] = {}
        self.decisions: dict[tuple[int, int], list[bool]] = {}

    def add(self, line: dict) -> None:
        number = line["line_number"]
        self.lines[number] = self.lines.get(number, False) or line["count"] > 0
        for index, ways in enumerate(decisions(line)):
            before = self.decisions.get((number, index), [])
            merged = itertools.zip_longest(before, ways, fillvalue=False)
            self.decisions[number, index] = [a or b for a, b in merged]

    def branches(self) -> list[bool]:
        return [
            taken
            for (number, _), ways in self.decisions.items()
            if any(ways) or not self.lines[number]
            for taken in ways
        ]


def decisions(line: dict) -> list[list[bool]]:
    """Of each decision of a line which ways out were taken.

    gcov lists the ways block by block: of a call the way back and the exception, which is no decision;
    of a condition one way that falls through and one that does not; of a switch those that never do.
    """
    found: list[list[bool]] = []
    ways, at, in_switch = line["branches"], 0, False
    while at < len(ways):
        pair = ways[at : at + 2]
        taken = [way["count"] > 0 for way in pair]
        if any(way["throw"] for way in pair):
            in_switch = False
            at += 2
        elif sum(way["fallthrough"] for way in pair) == 1:
            found.append(taken)
            in_switch = False
            at += 2
        else:
            if not in_switch:
                found.append([])
            found[-1].append(taken[0])
            in_switch = True
            at += 1
    return found


def read(notes: pathlib.Path) -> list[dict]:
    """What gcov tells of one object, which need not have run."""
    answer = subprocess.run(
        ["gcov", "--json-format", "--stdout", "--branch-probabilities", notes.resolve()],
        capture_output=True,
        check=True,
    )
    return [file for text in answer.stdout.splitlines() for file in json.loads(text)["files"]]


def counts_of(build: pathlib.Path) -> dict[pathlib.Path, FileCounts]:
    found: dict[pathlib.Path, FileCounts] = collections.defaultdict(FileCounts)
    notes = sorted(build.rglob("*.gcno"))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for files in pool.map(read, notes):
            for file in files:
                place = pathlib.Path(os.path.normpath(build / file["file"]))
                if place.is_relative_to(SOURCES):
                    for line in file["lines"]:
                        found[place.relative_to(SOURCES)].add(line)
    return found


def share(runs: list[bool]) -> str:
    return f"{100 * sum(runs) / len(runs):5.1f} %" if runs else "      –"


def summary(name: str, counts: list[FileCounts]) -> str:
    lines = [ran for file in counts for ran in file.lines.values()]
    branches = [taken for file in counts for taken in file.branches()]
    return f"{name:<44} {len(lines):6} {share(lines)} {len(branches):7} {share(branches)}"


def ranges(numbers: list[int]) -> str:
    """3, 4, 5, 9 as 3-5, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{a}-{b}" if a < b else str(a) for a, b in parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--lines", action="store_true")
    options = parser.parse_args()

    found = counts_of(options.build.resolve())
    if not any(ran for file in found.values() for ran in file.lines.values()):
        print("coverage: nothing ran; build the preset coverage and run its tests", file=sys.stderr)
        return 2
    modules = collections.defaultdict(list)
    print(f"{'':<44} {'lines':>6} {'ran':>7} {'branches':>7} {'ran':>7}")
    for place in sorted(found):
        modules[place.parts[0]].append(found[place])
        if options.files or options.lines:
            print(summary(f"  {place}", [found[place]]))
        missed = sorted(line for line, ran in found[place].lines.items() if not ran)
        if options.lines and missed:
            print(f"    {ranges(missed)}")
    for module, counts in modules.items():
        print(summary(module, counts))
    print(summary("all (wanted: 90 % and 80 %)", list(found.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
