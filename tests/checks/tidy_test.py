"""scripts/tidy.py reads what has to be read, in the time it has."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "tidy.py"

# Writes down which file it reads, and finds something in one that says "bad".
CLANG_TIDY = """#!/bin/sh
[ "$1" = --version ] && exit
echo "$2" >>"$READ"
! grep bad "$2"
"""


class Tidy(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve() / "checkout"
        self.read = self.root.parent / "read"
        self.write("../bin/clang-tidy-19", CLANG_TIDY).chmod(0o755)
        self.write("scripts/tidy.py", "")
        shutil.copy(SCRIPT, self.root / "scripts" / "tidy.py")
        self.write(".clang-tidy", "")
        self.write("src/old.h", "")
        for name in ("one", "two", "three"):
            self.write(f"src/{name}.cc", "")
        commands = [
            {"file": str(file), "command": f"ccache c++ -O2 -o {file.stem}.o -c {file}"}
            for file in sorted(self.root.glob("src/*.cc"))
        ]
        self.write("build/compile_commands.json", json.dumps(commands))

    def write(self, name: str, text: str) -> pathlib.Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, *names: str) -> None:
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        for arguments in (["init", "-q"], ["add", *names], [*who, "commit", "-qm", "files"]):
            subprocess.run(["git", *arguments], cwd=self.root, check=True)

    def tidy(self, *arguments: str) -> tuple[int, str, list[str]]:
        """The exit code, the last line, and the files that were read, in order."""
        self.read.write_text("")
        environment = {
            **os.environ,
            "PATH": f"{self.root.parent / 'bin'}:{os.environ['PATH']}",
            "NORMA_CACHE_DIR": str(self.root.parent / "cache"),
            "READ": str(self.read),
        }
        one_cpu = str(min(os.sched_getaffinity(0)))  # for the order
        command = ["taskset", "-c", one_cpu, self.root / "scripts" / "tidy.py", "build", *arguments]
        run = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True
        )
        files = [pathlib.Path(line).stem for line in self.read.read_text().splitlines()]
        return run.returncode, (run.stdout or run.stderr).splitlines()[-1], files

    def test_what_passed_is_not_read_again(self) -> None:
        self.assertEqual(self.tidy()[0], 0)
        code, summary, files = self.tidy()
        self.assertEqual((code, files), (0, []))
        self.assertEqual(summary, "clang-tidy: 3 files, 3 passed before, 0 read, 0 with findings")

    def test_a_changed_header_is_a_change_of_what_reaches_it(self) -> None:
        self.write("src/middle.h", '#include "old.h"\n')
        self.write("src/two.cc", '#include "middle.h"\n')
        self.tidy()
        self.write("src/old.h", "int changed();\n")
        self.assertEqual(self.tidy()[2], ["two"])

    def test_a_finding_fails_until_it_is_gone(self) -> None:
        self.write("src/one.cc", "bad\n")
        code, summary, _ = self.tidy()
        self.assertEqual(
            (code, summary),
            (1, "clang-tidy: 3 files, 0 passed before, 3 read, 1 with findings"),
        )
        self.assertEqual(self.tidy()[::2], (1, ["one"]))
        self.write("src/one.cc", "good\n")
        self.assertEqual(self.tidy()[::2], (0, ["one"]))

    def test_what_the_time_does_not_allow_is_counted_and_left_for_the_next_run(self) -> None:
        code, summary, files = self.tidy("--seconds", "0")
        self.assertEqual((code, files), (0, []))
        self.assertIn("0 read, 0 with findings, 3 not read: the time is up", summary)
        self.assertEqual(len(self.tidy("--seconds", "60")[2]), 3)

    def test_the_latest_change_is_read_first(self) -> None:
        self.write("src/two.cc", '#include "old.h"\n')
        self.commit("src/one.cc", "src/old.h", "src/two.cc")
        self.commit("src/three.cc")
        self.write("src/old.h", "int changed();\n")
        self.assertEqual(self.tidy()[2], ["two", "three", "one"])

    def test_a_file_that_is_not_compiled_is_an_error(self) -> None:
        code, summary, _ = self.tidy("src/old.h")
        self.assertEqual(code, 1)
        self.assertIn("the build does not compile this file: ", summary)


if __name__ == "__main__":
    unittest.main()
