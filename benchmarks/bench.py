"""Times norma beside what people use today, in one run, and writes benchmarks/RESULTS.md.

Usage: python3 benchmarks/bench.py [--norma PROGRAM] [--input FOLDER] [--rounds N] [--no-scip]

The input is the standard library of this Python with its test package, copied to a scratch folder.
Peers: benchmarks/peers/python_facts.py (ast, symtable, LibCST, deltalake) and scip-python from npm.
Rounds alternate between the programs, so that a slow minute of the machine hits all of them.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCIP_PYTHON = "@sourcegraph/scip-python@0.6.6"
LAST_WORDS = 12  # lines of a program that failed
PEER_PACKAGES = ["deltalake==1.6.6", "pyarrow==26.0.1", "libcst==1.9.0"]


def cache_folder() -> pathlib.Path:
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("NORMA_CACHE_DIR") or pathlib.Path(home, "norma"))


def copy_standard_library(target: pathlib.Path) -> None:
    source = sysconfig.get_path("stdlib")
    ignored = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.pyc")
    shutil.copytree(source, target, ignore=ignored, symlinks=True)


def count(folder: pathlib.Path) -> tuple[int, int, int]:
    """Files, lines and bytes of the Python sources below `folder`."""
    files = [path for path in folder.rglob("*.py*") if path.suffix in {".py", ".pyi"}]
    contents = [path.read_bytes() for path in files]
    return len(files), sum(c.count(b"\n") for c in contents), sum(map(len, contents))


def measure(command: list[str], environment: dict[str, str] | None = None) -> dict:
    """Runs a command; wall and CPU seconds and the largest resident process of its tree."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as talk:
        process = subprocess.Popen(command, stdout=output, stderr=talk, env=environment)
        peak, tree = 0, {}
        while process.poll() is None:
            tree = resident_of_tree(process.pid)
            peak = max(peak, sum(tree.values()))
            time.sleep(0.05)
        wall = time.monotonic() - start
        output.seek(0)
        answer = output.read().decode(errors="replace")
        talk.seek(0)
        last_words = talk.read().decode(errors="replace").strip().splitlines()[-LAST_WORDS:]
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "code": process.returncode,
        "wall": wall,
        "cpu_total": usage.ru_utime + usage.ru_stime,
        "peak": peak,
        "answer": answer,
        "last_words": "\n".join(last_words),
    }


def resident_of_tree(pid: int) -> dict[int, int]:
    """Resident bytes of a process and all its descendants; shared pages count in each."""
    found, waiting = {}, [pid]
    page = os.sysconf("SC_PAGE_SIZE")
    while waiting:
        current = waiting.pop()
        try:
            pages = pathlib.Path(f"/proc/{current}/statm").read_text().split()[1]
            found[current] = int(pages) * page
            for task in pathlib.Path(f"/proc/{current}/task").iterdir():
                waiting.extend(map(int, (task / "children").read_text().split()))
        except (OSError, IndexError):
            continue
    return found


def peer_python() -> str:
    folder = cache_folder() / "bench-python"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
    return str(python)


def scip_program() -> str | None:
    folder = cache_folder() / "bench-npm"
    program = folder / "node_modules" / ".bin" / "scip-python"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, SCIP_PYTHON],
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            return None
    return str(program)


def machine() -> str:
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--norma", default=str(ROOT / "build/release/norma"))
    parser.add_argument("--input", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-scip", action="store_true")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "benchmarks/RESULTS.md")
    options = parser.parse_args()

    scratch = pathlib.Path(tempfile.mkdtemp(prefix="norma-bench-"))
    try:
        source = options.input
        if source is None:
            source = scratch / "stdlib"
            copy_standard_library(source)
        files, lines, size = count(source)
        print(f"{files} files, {lines} lines, {size / 1e6:.1f} MB", file=sys.stderr)

        programs = {
            "norma run": lambda out: [options.norma, "run", str(source), "--out", out, "--json"]
        }
        python = peer_python()
        peer = str(ROOT / "benchmarks/peers/python_facts.py")
        programs["ast + symtable + LibCST + deltalake"] = lambda out: [
            python,
            peer,
            str(source),
            out,
        ]
        if not options.no_scip and (scip := scip_program()):
            programs["scip-python 0.6.6"] = lambda out: [
                scip, "index", "--cwd", str(source), "--project-name", "bench",
                "--project-version", "1", "--output", out + ".scip",
            ]  # fmt: skip

        runs: dict[str, list[dict]] = {name: [] for name in programs}
        for round_number in range(options.rounds):
            for name, command in programs.items():
                if name.startswith("scip") and round_number > 0:
                    continue  # minutes a run; one is enough for an order of magnitude
                out = str(scratch / f"out-{round_number}-{len(name)}")
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                found = measure(command(out))
                found["cpu"] = found["cpu_total"] - before.ru_utime - before.ru_stime
                runs[name].append(found)
                shutil.rmtree(out, ignore_errors=True)
                print(f"{name}: exit {found['code']}, {found['wall']:.1f} s", file=sys.stderr)
                if found["code"] != 0:
                    print(found["last_words"], file=sys.stderr)
        options.results.write_text(page(runs, files, lines, size))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def page(runs: dict[str, list[dict]], files: int, lines: int, size: int) -> str:
    base = statistics.median(run["wall"] for run in runs["norma run"])
    rows = []
    for name, found in runs.items():
        walls = [run["wall"] for run in found]
        wall = statistics.median(walls)
        rows.append(
            f"| {name} | {len(found)} | {wall:.1f} ({min(walls):.1f}–{max(walls):.1f}) "
            f"| {statistics.median(r['cpu'] for r in found):.1f} | {lines / wall:,.0f} "
            f"| {max(r['peak'] for r in found) / 2**20:,.0f} | {wall / base:.2f} "
            f"| {', '.join(sorted({str(r['code']) for r in found}))} |"
        )
    summary = json.loads(runs["norma run"][-1]["answer"])["result"]
    stages = "\n".join(
        f"| {stage['name']} | {stage['seconds']:.2f} |" for stage in summary["stages"]
    )
    today = datetime.datetime.now(datetime.UTC).date()
    return f"""# Benchmark results

Made by `python3 benchmarks/bench.py` on {today}: {machine()}, Python {platform.python_version()}.
Input: its standard library with the `test` package, {files:,} files, {lines:,} lines, {size / 1e6:.1f} MB.
All programs ran in one session, in alternating rounds. Memory is the sum of resident sizes over the
program and its children, sampled every 50 ms.

| program | rounds | wall s, median (range) | CPU s | lines/s | peak MiB | wall ÷ norma | exit |
| --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

A program whose exit is not 0 failed; its time is what it took until then.
The programs do not make the same facts: the Python script writes nine flat tables without ids,
scopes of names or line index; scip-python resolves names across files and writes one index file.

Time by stage of the last `norma run`:

| stage | seconds |
| --- | --- |
{stages}
"""


if __name__ == "__main__":
    main()
