"""Times norma beside what people use today, in one run, and writes benchmarks/RESULTS.md.

Usage: python3 benchmarks/bench.py [--norma PROGRAM] [--input FOLDER] [--rounds N] [--no-scip]

Inputs: the standard library of this Python with its test package, and the package `django` of the source
archive that the acceptance tests use. scip-python fails on the first, and finishes the second.
Peers: benchmarks/peers/python_facts.py (ast, symtable, LibCST, deltalake) and scip-python from npm.
Each round runs every program, in turn forwards and backwards, so that a slow minute of the machine and
the state that one program leaves to the next hit all of them.
"""

import argparse
import dataclasses
import datetime
import json
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile

from measure import machine, measure
from programs import ROOT, Program, cache_folder, norma, python_peer, scip_python


@dataclasses.dataclass
class Input:
    name: str
    folder: pathlib.Path
    files: int
    lines: int
    size: int


def standard_library(scratch: pathlib.Path) -> Input:
    target = scratch / "stdlib"
    ignored = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.pyc")
    shutil.copytree(sysconfig.get_path("stdlib"), target, ignore=ignored, symlinks=True)
    return described(f"Standard library of Python {platform.python_version()}", target)


def django(scratch: pathlib.Path) -> Input:
    lines = (ROOT / "tests/acceptance/packages.txt").read_text().splitlines()
    name, version, sha256 = next(line.split() for line in lines if line.startswith("django "))
    sources = cache_folder() / "sources"
    fetch = ROOT / "cmake/fetch_sdist.py"
    subprocess.run([sys.executable, fetch, name, version, sha256, sources], check=True)
    target = scratch / "django"
    shutil.copytree(sources / f"{name}-{version}" / "django", target / "django")
    return described(f"Package django {version}, without its tests", target)


def described(name: str, folder: pathlib.Path) -> Input:
    files = [path for path in folder.rglob("*.py*") if path.suffix in {".py", ".pyi"}]
    contents = [path.read_bytes() for path in files]
    return Input(
        name, folder, len(files), sum(c.count(b"\n") for c in contents), sum(map(len, contents))
    )


def run_rounds(
    programs: list[Program], source: Input, rounds: int, scratch: pathlib.Path
) -> dict[str, list[dict]]:
    runs: dict[str, list[dict]] = {program.name: [] for program in programs}
    for number in range(rounds):
        for program in programs if number % 2 == 0 else reversed(programs):
            if program.rounds is not None and number >= program.rounds:
                continue
            out = scratch / "out"
            found = measure(program.command(source.folder, str(out)))
            found["files"] = program.files(found["answer"], str(out)) if answered(found) else 0
            runs[program.name].append(found)
            print(f"{program.name}: exit {found['code']}, {found['wall']:.1f} s", file=sys.stderr)
            if found["code"] != 0:
                print(found["last_words"], file=sys.stderr)
            shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
    return runs


def answered(run: dict) -> bool:
    return run["code"] == 0


def row(name: str, runs: list[dict], lines: int, base: float) -> str:
    walls = [run["wall"] for run in runs]
    wall = statistics.median(walls)
    if all(map(answered, runs)):
        complete = f"yes, {runs[-1]['files']:,} files"
        speed, ratio = f"{lines / wall:,.0f}", f"{wall / base:.2f}"
    else:
        complete = f"**no**, exit {', '.join(sorted({str(run['code']) for run in runs}))}"
        speed = ratio = "–"
    cpu = statistics.median(run["cpu"] for run in runs)
    peak = max(run["peak"] for run in runs) / 2**20
    return (
        f"| {name} | {complete} | {len(runs)} | {wall:.1f} ({min(walls):.1f}–{max(walls):.1f}) "
        f"| {cpu:.1f} | {speed} | {peak:,.0f} | {ratio} |"
    )


def table(source: Input, runs: dict[str, list[dict]]) -> str:
    base = statistics.median(run["wall"] for run in runs["norma run"])
    rows = [row(name, found, source.lines, base) for name, found in runs.items()]
    stages = json.loads(runs["norma run"][-1]["answer"])["result"]["stages"]
    by_stage = ", ".join(f"{stage['name']} {stage['seconds']:.2f}" for stage in stages)
    return f"""## {source.name}

{source.files:,} files, {source.lines:,} lines, {source.size / 1e6:.1f} MB.

| program | complete | rounds | wall s, median (range) | CPU s | lines/s | peak MiB | wall ÷ norma |
| --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

Seconds by stage of the last `norma run`: {by_stage}.
"""


def page(programs: list[Program], tables: list[str]) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    versions = "\n".join(f"- {program.name}: {program.version}" for program in programs)
    return f"""# Benchmark results

Made by `python3 benchmarks/bench.py` on {today}: {machine()}.

{versions}

All programs ran in one session, round by round, every second round backwards. Memory is the sum of
resident sizes over the program and its children, sampled every 50 ms. A program that is not complete
failed: its time is what it took until then, and is compared with nothing.

The programs do not make the same facts: the Python script writes nine flat tables without ids,
scopes of names or line index; scip-python resolves names across files and writes one index file.

{chr(10).join(tables)}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--norma", default=str(ROOT / "build/release/norma"))
    parser.add_argument("--input", type=pathlib.Path, help="a folder instead of the two inputs")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-scip", action="store_true")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "benchmarks/RESULTS.md")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")

    programs = [norma(options.norma), python_peer()]
    if not options.no_scip and (scip := scip_python()):
        programs.append(scip)
    with tempfile.TemporaryDirectory(prefix="norma-bench-") as folder:
        scratch = pathlib.Path(folder)
        if options.input:
            inputs = [described(options.input.name, options.input.resolve())]
        else:
            inputs = [standard_library(scratch), django(scratch)]
        tables = []
        for source in inputs:
            print(f"{source.name}: {source.files} files, {source.lines} lines", file=sys.stderr)
            tables.append(table(source, run_rounds(programs, source, options.rounds, scratch)))
        options.results.write_text(page(programs, tables))


if __name__ == "__main__":
    main()
