"""The check of raised codes takes an expectation for one, and nothing else."""

import unittest

from raised_codes import expected_in_cpp, expected_in_python, expected_in_slt

EVENTS = {"RuleFailed": "RULE_FAILED", "RunStarted": "RUN_STARTED"}


class RaisedCodes(unittest.TestCase):
    def test_an_expectation_counts(self) -> None:
        for text, name in {
            "EXPECT_THAT(Open(x), IsError(ErrorKind::kStorage));": "Storage",
            'ASSERT_THAT(f("(", a\n  ),  // :)\n IsErrorWith(ErrorKind::kEngine, "x"));': "Engine",
            'ExpectRefused(missing, "text", ErrorKind::kNotFound);': "NotFound",
            "EXPECT_THAT(Codes(), ElementsAre(EventCode::kRuleFailed));": "RuleFailed",
            'EXPECT_EQ(failure->code, "FILE_CHANGED");': "FILE_CHANGED",
        }.items():
            self.assertIn(name, expected_in_cpp(text, EVENTS), text)

    def test_a_mention_does_not_count(self) -> None:
        for text in (
            "return Error{ErrorKind::kStorage, message};",
            "// EXPECT_THAT(x, IsError(ErrorKind::kStorage))",
            'const auto all = "EXPECT_EQ(ErrorKind::kStorage)";',
            "EXPECT_TRUE(x); return ErrorKind::kStorage;",
        ):
            self.assertEqual(expected_in_cpp(text, EVENTS), set(), text)

    def test_what_the_test_makes_itself_does_not_count(self) -> None:
        for text in (
            'queue.Fail(Error{ErrorKind::kStorage, "full"}); EXPECT_THAT(x, IsError(ErrorKind::kStorage));',
            "log.Add(EventCode::kRuleFailed, {}); EXPECT_EQ(code, EventCode::kRuleFailed);",
            'log.Add(EventCode::kRuleFailed, {}); EXPECT_EQ(Text(code), "RULE_FAILED");',
        ):
            self.assertEqual(expected_in_cpp(text, EVENTS), set(), text)

    def test_a_script_expects_kinds_exit_codes_and_lines(self) -> None:
        script = "statement error Engine\nSELECT 'A_CODE'\n\nrun 17\nnorma\n\nquery T\nSELECT 1\n----\nRUN_STARTED\n"
        self.assertEqual(
            expected_in_slt(script, {"17": "Storage"}), {"Engine", "Storage", "RUN_STARTED"}
        )

    def test_only_test_methods_of_the_acceptance_tests_count(self) -> None:
        text = (
            'NAME = "FILE_A"\ndef other(): return "FILE_B"\ndef test_x(): check({"a": "FILE_C"})\n'
        )
        self.assertEqual(expected_in_python(text), {"a", "FILE_C"})


if __name__ == "__main__":
    unittest.main()
