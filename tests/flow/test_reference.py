"""Norma's flow tables against the reference: worked examples, hard units, a sample of the library."""

import shutil
import unittest

from interpreters import HERE, interpreters
from judged import JudgedCase

SAMPLE = (
    "asyncio/tasks.py contextlib.py dataclasses.py argparse.py inspect.py typing.py _pydecimal.py"
    " test/test_scope.py test/test_patma.py test/test_coroutines.py test/test_generators.py"
    " test/test_listcomps.py test/test_except_star.py test/test_contextlib_async.py"
)


class Reference(JudgedCase):
    def test_examples(self) -> None:
        for source in (HERE / "examples").glob("*.py"):
            shutil.copy(source, self.repository)
        self.judge()

    def test_many_variables(self) -> None:
        """10,000 assignments to 1,000 variables; more than 256 slots and long jumps need prefixes."""
        body = "".join(
            f"    v{n % 1000} = v{n * 7 % 1000}\n" if n % 10 else f"    if v0: v{n % 1000} = {n}\n"
            for n in range(10_000)
        )
        self.write("many.py", f"def f({', '.join(f'v{n}' for n in range(100))}):\n{body}")
        self.write("sum.py", "x = " + " + ".join(["a"] * 200_000) + "\n")  # facts, or too deep
        self.judge()

    def test_comprehension_in_finally(self) -> None:
        """The compiler repeats a finally block, and with it the comprehension's saves."""
        self.write(
            "finally.py",
            "def f(x, ys):\n"
            "    try:\n"
            "        return ys()\n"
            "    finally:\n"
            "        z = [x for x in ys if [x for x in [x]]]\n"
            "        print(x, z)\n",
        )
        self.judge()

    def test_sample_of_the_library(self) -> None:
        for python in interpreters()[-1:]:
            for path in SAMPLE.split():
                self.write(path, (python.library / path).read_bytes())
        self.judge()


if __name__ == "__main__":
    unittest.main()
