"""Norma's flow tables against the reference, over each interpreter's whole standard library."""

import unittest

from interpreters import interpreters
from judged import JudgedCase
from support import copy_sources


class Library(JudgedCase):
    def test_each_interpreter_on_its_own(self) -> None:
        for python in interpreters():
            self.repository = self.scratch / python.version
            self.repository.mkdir()
            copy_sources(python.library, self.repository)
            self.judge_with(python)


if __name__ == "__main__":
    unittest.main()
