"""The programs that are compared: where they come from, how they are called, what they finished."""

import dataclasses
import json
import os
import pathlib
import platform
import subprocess
import sys
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCIP_PYTHON = "0.6.6"
PEER_PACKAGES = ["deltalake==1.6.6", "pyarrow==26.0.1", "libcst==1.9.0"]


@dataclasses.dataclass
class Program:
    name: str
    version: str
    command: Callable[[pathlib.Path, str], list[str]]  # of the input and a place for the output
    files: Callable[[str, str], int]  # files that got facts, by its answer and its output
    rounds: int | None = None  # at most; None: all


def cache_folder() -> pathlib.Path:
    home = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("NORMA_CACHE_DIR") or pathlib.Path(home, "norma"))


def norma(program: str) -> Program:
    answer = subprocess.run([program, "version", "--json"], capture_output=True, check=True)
    versions = json.loads(answer.stdout)["result"]
    return Program(
        "norma run",
        f"norma {versions['norma']} with DataFusion {versions['datafusion']}, "
        f"deltalake {versions['deltalake']}, tree-sitter {versions['tree-sitter']}",
        # The same interpreter as the peer's.
        lambda source, out: [
            program, "run", str(source), "--out", out, "--python", sys.executable, "--json",
        ],
        lambda answer, out: json.loads(answer)["result"]["files"],
    )  # fmt: skip


def python_peer() -> Program:
    folder = cache_folder() / f"bench-python-{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PEER_PACKAGES], check=True)
    script = str(ROOT / "benchmarks/peers/python_facts.py")
    return Program(
        "ast + symtable + LibCST + deltalake",
        f"Python {platform.python_version()}, {', '.join(PEER_PACKAGES).replace('==', ' ')}",
        lambda source, out: [str(python), script, str(source), out],
        lambda answer, out: json.loads(answer)["files"],
    )


def scip_python() -> Program | None:
    """scip-python from npm; None where npm cannot bring it."""
    folder = cache_folder() / f"bench-scip-python-{SCIP_PYTHON}"
    program = folder / "node_modules" / ".bin" / "scip-python"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        package = f"@sourcegraph/scip-python@{SCIP_PYTHON}"
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, package]
        if subprocess.run(install, check=False).returncode != 0:
            return None
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return Program(
        "scip-python",
        f"scip-python {SCIP_PYTHON}, Node {node.stdout.strip()}",
        lambda source, out: [
            str(program), "index", "--cwd", str(source), "--project-name", "bench",
            "--project-version", "1", "--output", out,
        ],
        lambda answer, out: scip_documents(pathlib.Path(out)),
        rounds=1,  # minutes a run; one is enough for an order of magnitude
    )  # fmt: skip


def scip_documents(index: pathlib.Path) -> int:
    """The documents in a SCIP index: field 2 of the message, length-delimited like all others."""
    if not index.is_file():
        return 0
    content = index.read_bytes()
    at, documents = 0, 0

    def varint() -> int:
        nonlocal at
        value, shift = 0, 0
        while at < len(content):
            byte = content[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        return value

    while at < len(content):
        documents += varint() == (2 << 3 | 2)
        length = varint()
        at += length
    return documents
