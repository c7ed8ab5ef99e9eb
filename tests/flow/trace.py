"""Runs unit tests while watching modules, and checks each (last writer, reader) against a judge.

Usage: trace.py TESTS ROOT...

TESTS is a file of lines: the name of a unittest module to run. All modules that are imported from
below one of the ROOTs are watched. Prints one line of JSON: the distinct pairs by file, and what the
reference does not know. A pair that is seen and not listed is a fault of the specification, or of
the reference; the test compares the same pairs with norma's tables.
"""

import contextlib
import importlib
import importlib.machinery
import io
import json
import os
import pathlib
import sys
import unittest

from observe import Observer, watch
from reference import File
from units import Unit


class Watcher:
    """Compiles modules below the roots itself, so that every code object of them is known."""

    def __init__(self, roots: list[str], observer: Observer):
        self.roots, self.observer = tuple(os.path.join(root, "") for root in roots), observer
        self.files: dict[str, File] = {}

    def install(self) -> None:
        loader = importlib.machinery.SourceFileLoader
        ordinary = loader.get_code

        def get_code(this, name):
            path = this.path
            if not path.startswith(self.roots):
                return ordinary(this, name)
            file = self.files[path] = File(pathlib.Path(path).read_bytes(), path)
            for unit in file.units:
                self.observer.register(unit, path)
            return file.units[0].code

        loader.get_code = get_code


def run(name: str) -> None:
    """Runs the tests of a module, or its functions whose names begin with `test`."""
    module = importlib.import_module(name)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    for function, value in vars(module).items():
        if function.startswith("test") and callable(value) and not isinstance(value, type):
            suite.addTest(unittest.FunctionTestCase(value))
    unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)


def judge(watcher: Watcher) -> dict:
    """The pairs of each file, and those that the reference does not have."""
    observer = watcher.observer
    files, missing = {}, []
    known = {
        path: {(row[0], row[1], row[2], row[3]) for row in file.reaches}
        for path, file in watcher.files.items()
    }
    for ((file, *definition), (same, *use)), count in observer.pairs.items():
        if file != same:
            continue  # a namespace that two files write
        files.setdefault(file, []).append([*definition, *use])
        if (*definition, *use) not in known[file]:
            missing.append(
                [file, *describe(watcher, file, definition), *describe(watcher, file, use), count]
            )
    unbound = [
        [file, *describe(watcher, file, (unit, event)), count]
        for (file, unit, event), count in observer.unbound.items()
        if not unit_of(watcher, file, unit).events[event].maybe_unbound
    ]
    return {
        "observations": sum(observer.pairs.values()),
        "static": {file: len(edges) for file, edges in known.items()},
        "missing": missing,
        "unbound": unbound,
        "values": [
            [file, *describe(watcher, file, place)] for file, *place in sorted(observer.values)
        ],
        "files": files,
    }


def unit_of(watcher: Watcher, file: str, path: str) -> Unit:
    return next(unit for unit in watcher.files[file].units if unit.path == path)


def describe(watcher: Watcher, file: str, place: tuple) -> list:
    unit, index = place
    event = unit_of(watcher, file, unit).events[index]
    where = (
        ["entry", None]
        if event.instruction is None
        else [event.instruction.offset, event.instruction.place[0]]
    )
    return [unit, event.variable[0], event.symbol, *where]


def main() -> None:
    tests = pathlib.Path(sys.argv[1]).read_text().split()
    observer = Observer()
    watcher = Watcher([os.path.realpath(root) for root in sys.argv[2:]], observer)
    watcher.install()
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        watch(observer)
        for name in tests:
            observer.resume()
            run(name)
        sys.settrace(None)
    print(json.dumps(judge(watcher)))


if __name__ == "__main__":
    main()
