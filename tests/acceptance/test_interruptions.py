"""Ctrl-C ends what runs at once; what was committed stands, and the run can be taken up."""

import contextlib
import fcntl
import pathlib
import signal
import struct
import subprocess
import sys
import sysconfig
import termios
import unittest
from collections.abc import Callable
from typing import IO

from support import GOOD, NORMA, FactsCase, copy_sources, read_table, run_norma, tables_of

INVALID, CANCELLED = 11, 130
PATIENCE = 30  # seconds; what is not cancelled would take hours, or end with another exit code
ENDLESS = "SELECT a.path FROM cst_refs a, cst_refs b, cst_refs c, cst_refs d, cst_refs e"


def waiting_bytes(pipe: IO) -> int:
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, struct.pack("i", 0)))[0]


class Interruptions(FactsCase):
    def setUp(self) -> None:
        super().setUp()
        library = pathlib.Path(sysconfig.get_path("stdlib"))
        for package in ("asyncio", "email", "json"):
            copy_sources(library / package, self.repository / package)

    def start(self, *arguments: str, **streams) -> subprocess.Popen:
        command = [NORMA, *map(str, arguments), "--out", str(self.output)]
        process = subprocess.Popen(command, text=True, stderr=subprocess.PIPE, **streams)
        self.addCleanup(process.__exit__, None, None, None)
        self.addCleanup(process.kill)
        return process

    def wait_until(self, process: subprocess.Popen, condition: Callable[[], object]) -> None:
        """Waits for something that a process does while it runs."""
        for _ in range(PATIENCE * 100):
            if condition():
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.fail(f"it ended with {process.wait(timeout=0.01)}")
        self.fail("it did not come to that")

    def interrupt_run_after(self, stage: str, *options: str) -> str:
        """Sends Ctrl-C when a stage has ended; gives what the run said until its end."""
        process = self.start("run", self.repository, "--python", sys.executable, *options)
        said = ""
        while not said.startswith(stage) and (said := process.stderr.readline()):
            pass
        self.assertTrue(said.startswith(stage), said)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, CANCELLED, rest)
        self.assertIn("norma: stopping", rest)
        self.assertIn("norma: error: the run was stopped", rest)
        self.verify()
        return rest

    def data_files(self) -> set[pathlib.Path]:
        return set((self.output / "normalize").rglob("*.parquet"))

    def test_a_run_that_extracts(self) -> None:
        said = self.interrupt_run_after("scan")
        self.assertIn("help: no table was changed", said)
        self.assertEqual(len(self.table("repo_files")), 0)
        self.run_facts()
        self.verify()

    def test_rules_that_run(self) -> None:
        said = self.interrupt_run_after("commit evidence", "--run-id", "stopped")
        self.assertIn("help: tables that this run committed: ", said)
        states = dict(self.table("runs_v1", "state", "exit_code").iter_rows())
        self.assertEqual(states, {"open": None, "failed": CANCELLED})
        settings = dict(self.table("settings_v1", "name", "value").iter_rows())
        self.assertEqual(settings["repository"], str(self.repository))
        codes = self.table("events_v1", "code")["code"].to_list()
        self.assertIn("CANCEL_REQUESTED", codes)
        self.assertNotIn("RULE_FAILED", codes)
        # A write that was cancelled leaves nothing behind.
        tables = [read_table(self.output, name) for name in tables_of(self.output, "normalize")]
        self.assertLess(len(self.data_files()), len(tables))

        self.run_facts("--run-id", "stopped")
        fresh = self.scratch / "fresh"
        self.run_facts(output=fresh)
        for name in tables_of(self.output, "evidence", "normalize"):
            self.assertTrue(read_table(self.output, name).equals(read_table(fresh, name)), name)
        self.verify()

    def test_a_run_is_not_taken_up_with_other_inputs(self) -> None:
        self.interrupt_run_after("commit evidence", "--run-id", "stopped")
        again = ["run", self.repository, "--out", self.output, "--run-id", "stopped"]
        again += ["--python", sys.executable]
        refused = run_norma(*again, "--only", "cst_defs", expect=INVALID).stderr
        self.assertIn("the run was begun with other settings: stopped", refused)
        self.write("more.py", GOOD)
        refused = run_norma(*again, expect=INVALID).stderr
        self.assertIn("the files have changed since the run was begun: stopped", refused)
        self.assertIn("help: give another --run-id", refused)
        self.assertNotIn("more.py", self.table("repo_files")["path"].to_list())
        (self.repository / "more.py").unlink()
        self.run_facts("--run-id", "stopped", "--jobs", "1")
        self.verify()

    def test_a_query_that_prints(self) -> None:
        self.run_facts()
        process = self.start("query", ENDLESS, "--format", "csv", stdout=subprocess.PIPE)
        self.assertTrue(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, CANCELLED, said)
        self.assertIn("norma: error: the query was cancelled", said)

    def test_a_query_whose_rows_nobody_takes(self) -> None:
        self.run_facts()
        process = self.start("query", ENDLESS, "--format", "csv", stdout=subprocess.PIPE)
        self.assertTrue(process.stdout.readline())
        # Nobody reads on, so the pipe fills up.
        capacity = fcntl.fcntl(process.stdout, fcntl.F_GETPIPE_SZ)
        self.wait_until(process, lambda: waiting_bytes(process.stdout) >= capacity // 2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=PATIENCE), CANCELLED)

    def test_a_query_into_a_file(self) -> None:
        self.run_facts()
        for kind in ("csv", "parquet"):
            with self.subTest(kind):
                folder = self.scratch / kind
                folder.mkdir()
                process = self.start("query", ENDLESS, "-o", folder / f"rows.{kind}")
                self.wait_until(process, lambda folder=folder: list(folder.iterdir()))
                self.assertEqual([file.suffix for file in folder.iterdir()], [".partial"])
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, CANCELLED, said)
                self.assertIn("norma: error: the query was cancelled", said)
                self.assertEqual(list(folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
