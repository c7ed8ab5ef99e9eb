#!/usr/bin/env python3
"""Runs clang-tidy 19 over norma's C++, and remembers what passed.

The build folder is a configured one whose generated headers are there. Without files, all of them are
read: first those that changed last, themselves or a header of ours that they reach. After --seconds no
other file is begun; the last line says how many were left, and the next run goes on with them.

A file that passed is not read again until it changes, or a header of ours that it reaches, its compile
command, the allow-list or clang-tidy itself. What passed is kept beside the engine's build.
"""

import argparse
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
import time

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


def ages() -> dict[pathlib.Path, int]:
    """How many files changed after each one, as git tells; none outside of a work tree."""
    ages: dict[pathlib.Path, int] = {}
    for command in ("ls-files --modified --others --exclude-standard", "log --format= --name-only"):
        git = ["git", "-C", str(ROOT), "-c", "core.quotePath=false", *command.split()]
        run = subprocess.run(git, capture_output=True, text=True)
        for name in run.stdout.splitlines():
            ages.setdefault(ROOT / name, len(ages))
    return ages


def latest_first(files: list[str]) -> list[str]:
    age = ages()

    def key(file: str) -> tuple[int, int]:
        place = pathlib.Path(file)
        return (
            min(age.get(part, len(age)) for part in reached(place)),
            age.get(place, len(age)),
        )

    return sorted(files, key=key)


def marks_folder() -> pathlib.Path:
    cache = os.environ.get("NORMA_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "norma"
    )
    folder = pathlib.Path(cache, "tidy")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main(build: pathlib.Path, wanted: list[str], seconds: float) -> int:
    end = time.monotonic() + seconds
    commands = json.loads((build / "compile_commands.json").read_text())
    ours = (str(ROOT / "src") + "/", str(ROOT / "tests") + "/")
    told = {
        entry["file"]: arguments(entry["command"])
        for entry in commands
        if entry["file"].startswith(ours)
    }
    files = list(map(os.path.abspath, wanted)) or list(told)
    if unknown := [file for file in files if file not in told]:
        sys.exit(f"clang-tidy: the build does not compile this file: {unknown[0]}")

    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    rest = version + (ROOT / ".clang-tidy").read_bytes()
    passed = marks_folder()
    marks = {file: passed / fingerprint(file, told[file], rest) for file in files}
    todo = latest_first([file for file in files if not marks[file].exists()])

    def check(file: str) -> str | None:
        """What there is to say of a file; None when there was no time to read it."""
        if time.monotonic() >= end:
            return None
        command = [TIDY, "--quiet", file, "--", *told[file]]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode == 0:
            marks[file].touch()
            return ""
        return run.stdout or run.stderr

    read = findings = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for text in pool.map(check, todo):
            read += text is not None
            findings += bool(text)
            print(text or "", end="", flush=True)
    left = len(todo) - read
    print(
        f"clang-tidy: {len(files)} files, {len(files) - len(todo)} passed before, {read} read, "
        f"{findings} with findings" + (f", {left} not read: the time is up" if left else "")
    )
    return 1 if findings else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    told = parser.parse_args()
    sys.exit(main(told.build, told.files, told.seconds))
