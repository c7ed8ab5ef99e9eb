"""Runs one program and measures its whole process tree."""

import os
import pathlib
import platform
import resource
import subprocess
import tempfile
import time

LAST_WORDS = 12  # lines of a program that failed
SAMPLE_S = 0.05


def measure(command: list[str]) -> dict:
    """Exit code, wall and CPU seconds, largest sum of resident bytes, and what it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as talk:
        process = subprocess.Popen(command, stdout=output, stderr=talk)
        peak = 0
        while process.poll() is None:
            peak = max(peak, resident_of_tree(process.pid))
            time.sleep(SAMPLE_S)
        wall = time.monotonic() - start
        output.seek(0)
        answer = output.read().decode(errors="replace")
        talk.seek(0)
        last_words = talk.read().decode(errors="replace").strip().splitlines()[-LAST_WORDS:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "code": process.returncode,
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak": peak,
        "answer": answer,
        "last_words": "\n".join(last_words),
    }


def resident_of_tree(pid: int) -> int:
    """Resident bytes of a process and all its descendants; shared pages count in each."""
    total, waiting = 0, [pid]
    page = os.sysconf("SC_PAGE_SIZE")
    while waiting:
        current = waiting.pop()
        try:
            pages = pathlib.Path(f"/proc/{current}/statm").read_text().split()[1]
            total += int(pages) * page
            for task in pathlib.Path(f"/proc/{current}/task").iterdir():
                waiting.extend(map(int, (task / "children").read_text().split()))
        except (OSError, IndexError):
            continue
    return total


def machine() -> str:
    model = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, {kernel}"
