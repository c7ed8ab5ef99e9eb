"""One run over the whole standard library of this Python, its tests included, held against Python."""

import pathlib
import sysconfig
import unittest

from judge import JudgedCase
from support import copy_sources


class StandardLibrary(JudgedCase):
    def test_every_file_is_accounted_for_and_exact(self) -> None:
        copy_sources(pathlib.Path(sysconfig.get_path("stdlib")), self.repository)
        self.summary = self.run_facts()
        self.judge()
        self.assert_counted(self.summary)
        self.assertLess(self.summary["peak_memory_bytes"], 2 << 30)
        self.verify()


if __name__ == "__main__":
    unittest.main()
