"""Runs over large packages from their source archives, which scripts/setup.sh --test fetches."""

import os
import pathlib
import unittest

from judge import JudgedCase
from support import ROOT, copy_sources

CACHE = pathlib.Path(os.environ.get("NORMA_CACHE_DIR", pathlib.Path.home() / ".cache/norma"))


class Packages(JudgedCase):
    def judge_package(self, name: str) -> None:
        lines = (ROOT / "tests/acceptance/packages.txt").read_text().splitlines()
        version = next(line.split()[1] for line in lines if line.startswith(f"{name} "))
        copy_sources(CACHE / "sources" / f"{name}-{version}", self.repository)
        self.summary = self.run_facts()
        self.judge()
        self.assert_counted(self.summary)
        self.assertLess(self.summary["peak_memory_bytes"], 2 << 30)
        self.verify()

    def test_sympy(self) -> None:
        self.judge_package("sympy")

    def test_django(self) -> None:
        self.judge_package("django")


if __name__ == "__main__":
    unittest.main()
