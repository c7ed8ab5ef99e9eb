"""Makes interpreters for `norma run --python` that misbehave at a chosen moment.

norma asks an interpreter who it is, then starts it with `-X utf8 -c SCRIPT` as a worker. What is
made here answers with its own path, and becomes the real interpreter with a prelude before SCRIPT.
"""

import pathlib
import sys

PROGRAM = """\
#!{python} -ISB
import os, sys
if "-X" in sys.argv:  # a worker
{at_start}
    os.execv({python!r}, [{python!r}, *sys.argv[1:-1], {prelude!r} + sys.argv[-1]])
sys.executable = os.path.abspath(__file__)
exec(sys.argv[-1])
"""

# Acts when the bytes of a file that holds a mark reach the worker.
TRICKS = """\
import os, signal, time
def _nonsense():
    os.write(1, b"nonsense" * 8)
    time.sleep(600)
def _busy():
    while True: pass
_tricks = {
    b"norma-test: " + mark: trick
    for mark, trick in {
        b"sleep": lambda: time.sleep(600), b"busy": _busy, b"nonsense": _nonsense,
        b"kill": lambda: os.kill(os.getpid(), signal.SIGKILL), b"exit": lambda: os._exit(3),
        b"memory": lambda: [bytearray(1 << 26) for _ in range(64)],
    }.items()
}
_read = os.read
def _tricky_read(descriptor, size):
    data = _read(descriptor, size)
    for mark, trick in _tricks.items():
        if mark in data: trick()
    return data
os.read = _tricky_read
"""


def make_interpreter(
    place: pathlib.Path, prelude: str = "", at_start: str = "pass"
) -> pathlib.Path:
    """Writes an interpreter that runs `at_start` when it becomes a worker."""
    text = PROGRAM.format(python=sys.executable, prelude=prelude, at_start="    " + at_start)
    place.write_text(text)
    place.chmod(0o755)
    return place
