"""The check of include directions finds what it is for."""

import pathlib
import unittest

from include_direction import INCLUDE, wrong_include


def judge(file: str, line: str) -> str | None:
    return wrong_include(pathlib.PurePosixPath(file), *INCLUDE.match(line).groups())


class IncludeDirection(unittest.TestCase):
    def test_downwards_is_allowed(self) -> None:
        for file, line in {
            "sql/ir.h": '#include "norma/base/result.h"',
            "sql/emit.cc": '#include "norma/sql/ir.h"',
            "engine/session.cc": '#include "norma/bridge.h"',
            "rules/rule.h": '#include "norma/expr/table.h"',
            "run/run.cc": '#include "norma/rules/catalogue.h"',
            "sql/ir_test.cc": '#include "tests/support/matchers.h"',
            "extract/cpython/testing.cc": '#include "tests/support/matchers.h"',
            "base/hash.cc": "#include <blake2.h>",
        }.items():
            self.assertIsNone(judge(file, line), (file, line))

    def test_everything_else_is_found(self) -> None:
        for file, line in {
            "base/id.cc": '#include "norma/sql/ir.h"',
            "expr/table.cc": '#include "norma/engine/session.h"',
            "sql/emit.cc": '# include "norma/expr/table.h"',
            "sql/fingerprint.cc": "#include <norma/contract/gate.h>",
            "extract/treesitter/rows.cc": '#include "norma/sql/ir.h"',
            "rules/rule.cc": '#include "norma/engine/session.h"',
            "run/run.cc": '#include "norma/bridge.h"',
            "run/run.h": '#include "norma/cli/cli.h"',
            "delta/log_check.cc": '#include "norma/engine/table.h"',
            "delta/log_check_test.cc": '#include "norma/engine/table.h"',
            "sql/ir.cc": '#include "tests/support/matchers.h"',
            "sql/emit.h": '#include "ir.h"',
        }.items():
            self.assertIsNotNone(judge(file, line), (file, line))


if __name__ == "__main__":
    unittest.main()
