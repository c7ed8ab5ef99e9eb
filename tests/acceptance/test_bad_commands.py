"""Commands that cannot work are refused with the exit code of their kind, before any work."""

import json
import pathlib
import unittest

from support import GOOD, FactsCase, run_norma, without_superpowers

INVALID, NOT_FOUND, STORAGE = 11, 12, 17


class BadCommands(FactsCase):
    def setUp(self) -> None:
        super().setUp()
        self.write("a.py", GOOD)

    def refuse(self, expect: int, repository=None, output=None, options=(), **how) -> str:
        """The message of a run that must fail."""
        where = ["run", repository or self.repository, "--out", output or self.output]
        done = run_norma(*where, *options, expect=expect, **how)
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        messages = [line for line in lines if line.startswith("norma: error: ")]
        self.assertEqual(len(messages), 1, done.stderr)
        return messages[0]

    def test_a_missing_repository(self) -> None:
        self.assertIn("nowhere", self.refuse(NOT_FOUND, repository=self.scratch / "nowhere"))
        self.assertFalse(self.output.exists())

    def test_a_repository_that_is_a_file(self) -> None:
        self.refuse(NOT_FOUND, repository=self.repository / "a.py")
        self.assertFalse(self.output.exists())

    def test_a_repository_that_cannot_be_read(self) -> None:
        self.repository.chmod(0)
        self.addCleanup(self.repository.chmod, 0o755)
        self.refuse(STORAGE, before=without_superpowers)
        self.assertFalse(self.output.exists())

    def test_an_output_that_holds_something_else(self) -> None:
        self.output.mkdir()
        other = self.output / "letter.txt"
        other.write_text("dear reader")
        self.assertIn("something else", self.refuse(INVALID))
        self.assertEqual(list(self.output.iterdir()), [other])

    def test_an_output_below_a_file(self) -> None:
        blocked = self.scratch / "file"
        blocked.write_text("")
        self.refuse(STORAGE, output=blocked / "facts")
        self.refuse(STORAGE, output=blocked)
        self.assertEqual(blocked.read_text(), "")

    def test_an_output_that_may_not_be_written(self) -> None:
        closed = self.scratch / "closed"
        closed.mkdir()
        closed.chmod(0o555)
        for output in (closed, closed / "facts"):
            self.refuse(STORAGE, output=output, before=without_superpowers)
        self.assertEqual(list(closed.iterdir()), [])

    def test_no_usable_python(self) -> None:
        not_python = self.program("not_python", "#!/bin/sh\necho hello\n")
        failing = self.program("failing", "#!/bin/sh\nexit 7\n")
        for expect, python in (
            (NOT_FOUND, self.scratch / "python9"),
            (NOT_FOUND, "python-no-such"),
            (INVALID, not_python),
            (INVALID, failing),
        ):
            with self.subTest(python=python):
                self.refuse(expect, options=("--python", python))
        self.refuse(NOT_FOUND, environment={"PATH": str(self.scratch)})
        self.assertFalse(self.output.exists())

    def test_the_error_as_json(self) -> None:
        done = run_norma(
            "run", self.scratch / "nowhere", "--out", self.output, "--json", expect=NOT_FOUND
        )
        error = json.loads(done.stdout)["error"]
        self.assertEqual(error["number"], 2)

    def test_strict_turns_file_errors_into_exit_1(self) -> None:
        self.write("bad.py", "def f(:\n")
        self.assertEqual(self.run_facts("--strict", expect=1)["failed_files"], {"SYNTAX_ERROR": 1})

    def program(self, name: str, text: str) -> pathlib.Path:
        place = self.scratch / name
        place.write_text(text)
        place.chmod(0o755)
        return place


if __name__ == "__main__":
    unittest.main()
