#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>
#include <utility>

#include "norma/extract/cpython/extractor.h"
#include "norma/extract/cpython/testing.h"
#include "tests/support/matchers.h"

namespace norma::extract::cpython {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::IsError;
using testing_support::IsErrorWith;

constexpr std::string_view kTrigger = "# trigger\n";

/// A worker that misbehaves when it sees kTrigger.
Bench Misbehaving(std::string_view what, const WorkerLimits& limits = {}) {
  return Bench(Interpreters().front(), limits,
               ScriptWith("if source != b'# trigger\\n': return\n" + std::string(what)));
}

/// Sends the trigger, then an innocent file, which must get its facts.
Failure FailureOfTrigger(Bench& bench) {
  const Outcome outcome = bench.Extract(std::string(kTrigger));
  EXPECT_EQ(outcome.status, FileStatus::kFailed);
  EXPECT_THAT(outcome.failures, SizeIs(1));
  EXPECT_EQ(bench.tables.rows(), 0);
  const Outcome next = bench.Extract("x = 1\n");
  EXPECT_EQ(next.status, FileStatus::kOk);
  EXPECT_THAT(next.failures, IsEmpty());
  return outcome.failures.empty() ? Failure() : outcome.failures.front();
}

TEST(WorkerIsolation, NamesTheSignalAndTheLastWordsOfACrash) {
  Bench bench = Misbehaving(
      "os.write(2, b'last words')\nimport signal\nos.kill(os.getpid(), signal.SIGSEGV)");
  const Failure failure = FailureOfTrigger(bench);
  EXPECT_EQ(failure.code, "WORKER_CRASH");
  EXPECT_EQ(failure.stage, "worker");
  EXPECT_EQ(failure.attrs.at("signal"), "SIGSEGV");
  EXPECT_THAT(failure.attrs.at("stderr"), HasSubstr("last words"));
}

TEST(WorkerIsolation, NamesTheExitCode) {
  Bench bench = Misbehaving("os._exit(3)");
  const Failure failure = FailureOfTrigger(bench);
  EXPECT_EQ(failure.code, "WORKER_CRASH");
  EXPECT_THAT(failure.message, HasSubstr("exit code 3"));
}

TEST(WorkerIsolation, GivesUpAWorkerThatSleeps) {
  Bench bench =
      Misbehaving("import time\ntime.sleep(1000)", {.wall_time = std::chrono::milliseconds(300)});
  EXPECT_EQ(FailureOfTrigger(bench).code, "WORKER_TIMEOUT");
}

TEST(WorkerIsolation, StopsAWorkerThatSpins) {
  Bench bench = Misbehaving("while True: pass", {.cpu_seconds = 1});
  const Failure failure = FailureOfTrigger(bench);
  EXPECT_EQ(failure.code, "WORKER_TIMEOUT");
  EXPECT_EQ(failure.attrs.at("signal"), "SIGXCPU");
}

TEST(WorkerIsolation, LimitsMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the address space is not limited under a sanitizer";
#endif
  Bench bench = Misbehaving("hoard = []\nwhile True: hoard.append(bytes(1 << 24))",
                            {.shared_memory_bytes = int64_t{256} << 20});
  EXPECT_EQ(FailureOfTrigger(bench).code, "WORKER_MEMORY");
}

TEST(WorkerIsolation, TellsAFullMemoryFromAFullParserStack) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the address space is not limited under a sanitizer";
#endif
  for (const Interpreter& interpreter : Interpreters()) {
    SCOPED_TRACE(interpreter.version);
    Bench bench(interpreter, {.shared_memory_bytes = int64_t{160} << 20});
    std::string large;
    for (int i = 0; i < 150000; ++i) {
      large += "name = other\n";
    }
    const Outcome outcome = bench.Extract(large);
    EXPECT_NE(outcome.status, FileStatus::kOk);
    ASSERT_FALSE(outcome.failures.empty());
    EXPECT_EQ(outcome.failures.front().code, "WORKER_MEMORY");
    EXPECT_EQ(bench.Extract("x = 1\n").status, FileStatus::kOk);
  }
}

TEST(WorkerIsolation, GivesAFileMoreMemoryAlone) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the address space is not limited under a sanitizer";
#endif
  Bench bench(Interpreters().front(), {.shared_memory_bytes = int64_t{128} << 20});
  std::string large;
  for (int i = 0; i < 100000; ++i) {
    large += "name = other\n";
  }
  source::SourceFile file = source::MakeSourceFileAt("a.py", large);
  const Outcome beside = bench.extractor.Extract(file, bench.tables, Room::kShared);
  EXPECT_TRUE(beside.may_lack_memory);
  EXPECT_EQ(beside.row_count, 0);
  EXPECT_EQ(bench.tables.rows(), 0);
  const Outcome alone = bench.extractor.Extract(file, bench.tables, Room::kAlone);
  EXPECT_FALSE(alone.may_lack_memory);
  EXPECT_EQ(alone.status, FileStatus::kOk);
  EXPECT_EQ(bench.tables[EvidenceTable::kAstNodes].rows(), 300001);
}

TEST(WorkerIsolation, NoFileAloneGetsAWorkerThatSawAnother) {
  Bench bench(Interpreters().front());
  source::SourceFile file = source::MakeSourceFileAt("a.py", "x = 1\n");
  bench.extractor.Extract(file, bench.tables, Room::kShared);
  const int pid = bench.extractor.worker_pid();
  bench.extractor.Extract(file, bench.tables, Room::kShared);
  EXPECT_EQ(bench.extractor.worker_pid(), pid);
  bench.extractor.Begin(file, Room::kAlone);
  EXPECT_NE(bench.extractor.worker_pid(), pid);
  EXPECT_EQ(bench.extractor.Finish(file, bench.tables).status, FileStatus::kOk);
}

struct GarbageCase {
  std::string_view label;
  std::string_view what;
  std::string_view message;
};

TEST(WorkerIsolation, RefusesAnswersThatBreakTheProtocol) {
  const std::vector<GarbageCase> cases = {
      {"no_mark", "os.write(1, b'hello world, this is no frame')", "no mark"},
      {"out_of_turn", "write_frame(7, [])\nimport time\ntime.sleep(1000)", "of another file"},
      {"too_long", "os.write(1, b'NRMA\\1\\0\\0\\0\\xff\\xff\\xff\\xff')", "too long"},
      {"empty", "os.write(1, b'NRMA\\1\\0\\0\\0\\0\\0\\0\\0')\nimport time\ntime.sleep(1000)",
       "missing: STAT"},
      {"torn", "write_frame(1, [(b'STAT', b'abc')])\nimport time\ntime.sleep(1000)", "torn end"},
      {"status", "write_frame(1, [(b'STAT', integers([9]))])\nimport time\ntime.sleep(1000)",
       "status"},
      {"no_tree", "write_frame(1, [(b'STAT', integers([0]))])\nimport time\ntime.sleep(1000)",
       "missing: TREE"},
      {"nothing_said", "write_frame(1, [(b'STAT', integers([1]))])\nimport time\ntime.sleep(1000)",
       "no problem says why"},
      {"section_too_long",
       "os.write(1, b'NRMA\\1\\0\\0\\0\\x0c\\0\\0\\0STAT\\xff\\xff\\0\\0abcd')\nimport "
       "time\ntime.sleep(1000)",
       "too long"},
      {"early_end", "os.write(1, b'NRMA\\1\\0\\0\\0\\x10\\0\\0\\0STAT')\nos._exit(0)",
       "exit code 0"},
  };
  for (const GarbageCase& one : cases) {
    SCOPED_TRACE(one.label);
    Bench bench = Misbehaving(one.what);
    const Failure failure = FailureOfTrigger(bench);
    EXPECT_EQ(failure.code, "WORKER_CRASH");
    EXPECT_THAT(failure.message, HasSubstr(one.message));
  }
}

TEST(WorkerIsolation, NeverTakesASpareAnswerForThatOfTheNextFile) {
  Bench bench = Misbehaving("write_frame(1, proper(Analyser(), source, 'utf-8', 0))");
  EXPECT_EQ(bench.Extract(std::string(kTrigger)).status, FileStatus::kOk);
  bench.Take(EvidenceTable::kAstNodes);
  // The spare answer may be seen before the next file is sent, or in place of its answer.
  const Outcome next = bench.Extract("x = 1\n");
  if (next.status == FileStatus::kOk) {
    EXPECT_EQ(next.row_count, 6);
  } else {
    EXPECT_THAT(next.failures.at(0).message, HasSubstr("of another file"));
    EXPECT_TRUE(bench.Take(EvidenceTable::kAstNodes).empty());
  }
  EXPECT_EQ(bench.Extract("x = 1\n").row_count, 6);
}

TEST(WorkerIsolation, StartsAnewAfterAKillBetweenFiles) {
  Bench bench(Interpreters().front());
  ASSERT_EQ(kill(bench.extractor.worker_pid(), SIGKILL), 0);
  const Outcome outcome = bench.Extract("x = 1\n");
  // The kill may be seen before the file is sent or after: then it costs that file, no other.
  EXPECT_TRUE(outcome.status == FileStatus::kOk || outcome.failures.at(0).code == "WORKER_CRASH");
  EXPECT_EQ(bench.Extract("x = 1\n").status, FileStatus::kOk);
}

TEST(WorkerIsolation, NeverRunsTheCodeUnderStudy) {
  const std::filesystem::path marker =
      std::filesystem::path(testing::TempDir()) / "norma_code_under_study_ran";
  std::filesystem::remove(marker);
  for (const Interpreter& interpreter : Interpreters()) {
    Bench bench(interpreter);
    const Outcome outcome = bench.Extract("open(" + ("'" + marker.string() + "'") +
                                          ", 'w').close()\nimport os; os._exit(9)\n");
    EXPECT_EQ(outcome.status, FileStatus::kOk);
    EXPECT_FALSE(std::filesystem::exists(marker));
  }
}

TEST(WorkerIsolation, LeavesTheWorkerNothing) {
  // What it sees of the outside, told through the text of a failure.
  Bench bench = Misbehaving(
      "import resource\n"
      "limits = [resource.getrlimit(r) for r in (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE,\n"
      "          resource.RLIMIT_CORE, resource.RLIMIT_NPROC)]\n"
      "handles = sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1]\n"
      "privileges = [l for l in open('/proc/self/status') if l.startswith('NoNewPrivs')]\n"
      "words = [sorted(os.environ), limits, handles, privileges, os.listdir('.'),\n"
      "         os.getpgid(0) == os.getpid(), sys.flags.isolated, sys.flags.no_site]\n"
      "os.write(2, repr(words).encode())\n"
      "os._exit(1)");
  EXPECT_EQ(FailureOfTrigger(bench).attrs.at("stderr"),
            "[['LC_CTYPE', 'MALLOC_TRIM_THRESHOLD_'], [(0, 0), (64, 64), (0, 0), (0, 0)], [0, 1, "
            "2], ['NoNewPrivs:\\t1\\n'], "
            "[], True, 1, 1]");
}

TEST(WorkerIsolation, RefusesAScriptThatDoesNotGreet) {
  const auto start = [](std::string script) {
    return Extractor::Make({.interpreter = Interpreters().front(), .script = std::move(script)});
  };
  EXPECT_THAT(start("raise SystemExit('no greeting')"),
              IsErrorWith(ErrorKind::kInvalidArgument, "no greeting"));
  EXPECT_THAT(start("import os; os.write(1, b'NRMA\\0\\0\\0\\0\\4\\0\\0\\0abcd')"),
              IsError(ErrorKind::kCorruptData));
}

TEST(WorkerIsolation, EndsItsWorkerAndRemovesItsFolder) {
  int pid = -1;
  {
    Bench bench(Interpreters().front());
    pid = bench.extractor.worker_pid();
    const Extractor moved = std::move(bench.extractor);
    EXPECT_EQ(moved.worker_pid(), pid);
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_EQ(kill(pid, 0), -1);
}

}  // namespace
}  // namespace norma::extract::cpython
