"""The CPython versions that the flow tests run, as scripts/setup.sh --test leaves them in the cache."""

import functools
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("NORMA_CACHE_DIR", pathlib.Path.home() / ".cache/norma"))
SOURCES = CACHE / "sources"
sys.path.append(str(HERE.parent / "acceptance"))  # for their support module


class Interpreter:
    def __init__(self, version: str):
        self.version = version
        self.root = CACHE / "pythons" / version
        self.program = self.root / f"bin/python{version}"
        self.library = self.root / f"lib/python{version}"

    def run(self, script: str, *arguments, paths=(), folder=None) -> subprocess.Popen:
        """Starts a script of this place in `folder`; its output is read by the caller."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "LD_LIBRARY_PATH": str(self.root),
            "LC_ALL": "C.UTF-8",
        }
        command = [self.program, HERE / script, *map(str, arguments)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder
        )

    def output(self, script: str, *arguments, paths=(), folder=None) -> str:
        with self.run(script, *arguments, paths=paths, folder=folder) as process:
            text = process.stdout.read()
        if process.returncode != 0:
            raise AssertionError(f"{script} under {self.version}: exit {process.returncode}")
        return text


@functools.cache
def interpreters() -> list[Interpreter]:
    """Those that are there; says which ones, and skips the test if there is none."""
    wanted = [line.split()[0] for line in (HERE / "pythons.txt").read_text().splitlines()]
    found = [one for one in map(Interpreter, wanted) if one.program.is_file()]
    names = ", ".join(one.version for one in found) or "none"
    print(f"flow tests run with CPython {names} of {', '.join(wanted)}", file=sys.stderr)
    if not found:
        raise unittest.SkipTest("no CPython of pythons.txt is in the cache")
    return found
