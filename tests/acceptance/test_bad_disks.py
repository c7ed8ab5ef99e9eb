"""Disks that are full or read-only: a clear error, intact tables, and the next run heals.

Runs in a mount namespace of its own, where it can mount small file systems.
"""

import os
import subprocess
import sys
import unittest

from support import GOOD, FactsCase, run_norma, tables_of

STORAGE = 17
OWN_NAMESPACE = "NORMA_TEST_OWN_NAMESPACE"


class BadDisks(FactsCase):
    def setUp(self) -> None:
        super().setUp()
        self.disk = self.scratch / "disk"
        self.disk.mkdir()
        self.output = self.disk / "facts"
        for number in range(40):
            self.write(f"package/module_{number}.py", GOOD * 20)

    def mount(self, options: str) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.disk], check=True)
        self.addCleanup(subprocess.run, ["umount", self.disk], check=True)

    def remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.disk], check=True)

    def used_kib(self) -> int:
        status = os.statvfs(self.disk)
        return (status.f_blocks - status.f_bfree) * status.f_frsize // 1024

    def state(self) -> dict[str, list[dict]]:
        return {name: self.rows(name) for name in tables_of(self.output, "evidence", "normalize")}

    def fail(self) -> str:
        done = run_norma("run", self.repository, "--out", self.output, expect=STORAGE)
        self.assertIn("norma: error: ", done.stderr)
        return done.stderr.lower()

    def test_a_full_disk(self) -> None:
        self.mount("size=256m")
        self.run_facts()
        expected = self.state()
        needed = self.used_kib()
        subprocess.run(["umount", self.disk], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", self.disk], check=True)

        for share in (1, 10, 25, 50, 70, 85, 97):
            with self.subTest(share=share):
                self.remount(f"size={max(16, needed * share // 100)}k")
                self.assertIn("no space left", self.fail())
                if (self.output / "control/runs_v1").exists():
                    self.verify()
        self.remount("size=256m")
        self.run_facts()
        self.verify()
        self.assertEqual(self.state(), expected)

    def test_a_disk_that_fills_up_later_keeps_the_run_before(self) -> None:
        self.mount("size=256m")
        self.run_facts()
        count = "SELECT count(*) FROM cst_defs_norm_v1"
        before = run_norma("query", count, "--out", self.output, "--format", "csv").stdout
        self.write("more.py", GOOD * 2000)
        self.remount(f"size={self.used_kib() + 24}k")
        self.assertIn("no space left", self.fail())
        self.verify()
        after = run_norma("query", count, "--out", self.output, "--format", "csv").stdout
        self.assertEqual(after, before)
        self.remount("size=256m")
        self.run_facts()
        self.verify()
        self.assertEqual(len(self.rows("cst_defs_norm_v1", "more.py")), 2000)

    def test_a_read_only_disk(self) -> None:
        self.mount("size=256m")
        self.remount("ro")
        self.fail()
        self.remount("rw")
        self.run_facts()
        before = self.state()
        self.remount("ro")
        self.write("more.py", GOOD)
        self.fail()
        self.assertEqual(self.state(), before)
        self.verify()
        self.remount("rw")
        self.run_facts()
        self.assertEqual(len(self.rows("cst_defs_norm_v1", "more.py")), 1)


if __name__ == "__main__":
    if OWN_NAMESPACE not in os.environ:
        os.environ[OWN_NAMESPACE] = "1"
        own = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() != 0 else [])]
        os.execvp("unshare", [*own, sys.executable, *sys.argv])
    unittest.main()
