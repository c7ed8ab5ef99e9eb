"""The tables hold what Python itself says about the fixtures and a slice of the standard library."""

import pathlib
import sysconfig
import unittest

from judge import JudgedCase
from support import FIXTURES, copy_sources

PACKAGES = ["json", "asyncio", "email", "unittest", "concurrent", "importlib", "xml", "logging"]


class Facts(JudgedCase):
    def test_the_tables_hold_what_python_says(self) -> None:
        library = pathlib.Path(sysconfig.get_path("stdlib"))
        for package in PACKAGES:
            copy_sources(library / package, self.repository / package)
        copy_sources(FIXTURES, self.repository / "oddities")
        self.summary = self.run_facts()
        self.judge()
        self.assert_counted(self.summary)
        self.verify()


if __name__ == "__main__":
    unittest.main()
