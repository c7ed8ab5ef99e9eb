#!/usr/bin/env python3
"""Runs clang-tidy 19 over norma's C++, and remembers what passed.

Usage: tidy.py BUILD_FOLDER [FILE…]     a configured build folder; without files, all of them

A file that passed is not read again until it changes, or a header of ours that it reaches, its compile
command, the allow-list or clang-tidy itself. What passed is kept beside the engine's build.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIDY = "clang-tidy-19"
INCLUDED = re.compile(rb'^#include "([^"]+)"', re.MULTILINE)


@functools.cache
def included(file: pathlib.Path) -> frozenset[pathlib.Path]:
    """The files of ours that `file` names in its includes."""
    names = [name.decode() for name in INCLUDED.findall(file.read_bytes())]
    places = [ROOT / folder / name for name in names for folder in ("src", ".", "bridge/include")]
    return frozenset(place for place in places if place.is_file())


def reached(file: pathlib.Path) -> list[pathlib.Path]:
    seen, open_files = {file}, [file]
    while open_files:
        new = included(open_files.pop()) - seen
        seen |= new
        open_files += new
    return sorted(seen)


def arguments(command: str) -> list[str]:
    """What the compiler is told, without its launcher, its output and its input."""
    words = shlex.split(command)
    compiler = next(i for i, word in enumerate(words) if re.search(r"\+\+[-\d.]*$", word))
    return words[compiler + 1 : words.index("-o")]


def fingerprint(file: str, told: list[str], rest: bytes) -> str:
    # The same in every checkout.
    digest = hashlib.sha256(rest + "\0".join(told).replace(str(ROOT), "").encode())
    for part in reached(pathlib.Path(file)):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    return digest.hexdigest()


def main(build: pathlib.Path, wanted: list[str]) -> int:
    commands = json.loads((build / "compile_commands.json").read_text())
    ours = (str(ROOT / "src") + "/", str(ROOT / "tests") + "/")
    told = {
        entry["file"]: arguments(entry["command"])
        for entry in commands
        if entry["file"].startswith(ours)
    }
    files = list(map(os.path.abspath, wanted)) or list(told)

    cache = os.environ.get("NORMA_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "norma"
    )
    passed = pathlib.Path(cache, "tidy")
    passed.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    rest = version + (ROOT / ".clang-tidy").read_bytes()
    marks = {file: passed / fingerprint(file, told[file], rest) for file in files}
    todo = [file for file in files if not marks[file].exists()]

    def check(file: str) -> str:
        # In tests that check would be blind to ASSERT_TRUE.
        off = "-bugprone-unchecked-optional-access" if file.endswith("_test.cc") else ""
        command = [TIDY, "--quiet", f"--checks={off}", file, "--", *told[file]]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode == 0:
            marks[file].touch()
            return ""
        return run.stdout or run.stderr

    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        findings = 0
        for text in pool.map(check, todo):
            findings += bool(text)
            print(text, end="", flush=True)
    print(f"clang-tidy: {len(files)} files, {len(todo)} read, {findings} with findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2:]))
