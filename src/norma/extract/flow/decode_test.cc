#include "norma/extract/flow/decode.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "norma/base/id.h"
#include "norma/extract/flow/decode_testing.h"
#include "norma/extract/flow/marshal.h"
#include "tests/support/matchers.h"

namespace norma::extract::flow {
namespace {

using testing_support::IsError;
using testing_support::IsOk;

const std::vector<std::string>& Names() {
  static const std::vector<std::string> names = {"constants", "control", "generic", "wide"};
  return names;
}

/// The section of sources.txt, which positions need.
source::SourceFile SourceOf(std::string_view name) {
  const std::string all = ReadFixture("", "sources.txt");
  const std::string mark = fmt::format("== {}\n", name);
  const size_t start = all.find(mark) + mark.size();
  const size_t end = std::min(all.find("\n== ", start), all.size() - 1) + 1;
  return source::MakeSourceFileAt("a.py", all.substr(start, end - start));
}

class Fixtures : public testing::TestWithParam<std::string> {};

TEST_P(Fixtures, AreDecodedAsTheInterpreterSays) {
  const InstructionSet set = FixtureSet(GetParam());
  for (const std::string& name : Names()) {
    const std::string marshalled = ReadFixture(GetParam(), name + ".marshal");
    if (marshalled.empty()) {
      EXPECT_TRUE(name == "generic" && GetParam() == "cpython-311");
      continue;
    }
    const source::SourceFile file = SourceOf(name);
    const Result<CodeUnits> units = DecodeUnits(marshalled, set, file.file_id);
    ASSERT_THAT(units, IsOk());
    const std::vector<std::string> expected = Lines(ReadFixture(GetParam(), name + ".txt"));
    const std::vector<std::string> found = Describe(units.value(), set, file);
    ASSERT_GT(expected.size(), 10);
    for (size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
      EXPECT_EQ(found[i], expected[i]) << name << ", line " << i + 1;
    }
    EXPECT_EQ(found.size(), expected.size());
  }
}

TEST_P(Fixtures, AreCleanOfUnknownOpcodes) {
  const InstructionSet set = FixtureSet(GetParam());
  for (const std::string& name : Names()) {
    const std::string marshalled = ReadFixture(GetParam(), name + ".marshal");
    if (marshalled.empty()) {
      continue;
    }
    const Result<CodeUnits> units = DecodeUnits(marshalled, set, "f");
    ASSERT_THAT(units, IsOk());
    for (const CodeUnit& unit : units.value().units) {
      EXPECT_FALSE(unit.has_unknown_opcode);
      for (const Instruction& instruction : unit.instructions) {
        EXPECT_NE(instruction.op, Op::kUnknown)
            << set.opcodes[static_cast<size_t>(instruction.opcode)].name;
      }
    }
  }
}

TEST_P(Fixtures, HaveIdsOfTheirParentsNamesAndRanks) {
  const InstructionSet set = FixtureSet(GetParam());
  const Result<CodeUnits> units =
      DecodeUnits(ReadFixture(GetParam(), "control.marshal"), set, "the file");
  ASSERT_THAT(units, IsOk());
  std::set<std::string> ids;
  for (const CodeUnit& unit : units.value().units) {
    const std::string owner =
        unit.is_module() ? "the file" : units.value().units[static_cast<size_t>(unit.parent)].id;
    EXPECT_EQ(unit.id, IdBuilder("code_unit")
                           .Text(owner)
                           .Text(GetParam())
                           .Text(unit.name)
                           .Int(unit.ordinal)
                           .Build());
    EXPECT_TRUE(ids.insert(unit.id).second) << unit.qualname;
  }
  // Two lambdas on one line.
  EXPECT_GE(std::ranges::count_if(units.value().units,
                                  [](const CodeUnit& unit) { return unit.ordinal == 1; }),
            1);
}

TEST_P(Fixtures, HideTheVariablesOfInlinedComprehensions) {
  const Result<CodeUnits> units =
      DecodeUnits(ReadFixture(GetParam(), "control.marshal"), FixtureSet(GetParam()), "f");
  ASSERT_THAT(units, IsOk());
  const auto found = std::ranges::find(units.value().units, "C", &CodeUnit::name);
  ASSERT_NE(found, units.value().units.end());
  EXPECT_EQ(std::ranges::any_of(found->slots, &Slot::is_hidden), GetParam() != "cpython-311");
}

// A prefix of marshalled data never reads as a whole.
TEST_P(Fixtures, AreRefusedWhenTruncated) {
  const InstructionSet set = FixtureSet(GetParam());
  const std::string marshalled = ReadFixture(GetParam(), "control.marshal");
  for (size_t size = 0; size < marshalled.size(); ++size) {
    EXPECT_THAT(DecodeUnits(std::string_view(marshalled).substr(0, size), set, "f"),
                IsError(ErrorKind::kCorruptData))
        << size;
  }
  EXPECT_THAT(DecodeUnits(marshalled + "N", set, "f"), IsError(ErrorKind::kCorruptData));
}

TEST_P(Fixtures, NeverCrashWhenDamaged) {
  const InstructionSet set = FixtureSet(GetParam());
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string& name = Names()[random() % Names().size()];
    std::string marshalled = ReadFixture(GetParam(), name + ".marshal");
    if (marshalled.empty()) {
      continue;
    }
    const source::SourceFile file = SourceOf(name);
    for (uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      marshalled[random() % marshalled.size()] = static_cast<char>(random());
    }
    const Result<CodeUnits> units = DecodeUnits(marshalled, set, file.file_id);
    if (units.ok()) {
      CodeBuilders().Append(units.value(), set, file);
    } else {
      EXPECT_EQ(units.error().kind, ErrorKind::kCorruptData);
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(Tags, Fixtures, testing::ValuesIn(FixtureTags()), [](const auto& test) {
  return test.param.substr(test.param.find('-') + 1);
});

TEST(MarshalRead, RefusesWhatIsPartOfItself) {
  // A tuple of one item: a reference to the tuple.
  EXPECT_THAT(MarshalData::Read(std::string("\xA9\x01r\0\0\0\0", 7)),
              IsError(ErrorKind::kCorruptData));
}

TEST(MarshalRead, RefusesReferencesToNothing) {
  EXPECT_THAT(MarshalData::Read(std::string("r\0\0\0\0", 5)), IsError(ErrorKind::kCorruptData));
  EXPECT_THAT(MarshalData::Read("r\xFF\xFF\xFF\xFF"), IsError(ErrorKind::kCorruptData));
}

TEST(MarshalRead, RefusesSizesPastTheEnd) {
  EXPECT_THAT(MarshalData::Read("(\xFF\xFF\xFF\x7F"), IsError(ErrorKind::kCorruptData));
  EXPECT_THAT(MarshalData::Read("s\xFF\xFF\xFF\xFF"), IsError(ErrorKind::kCorruptData));
  EXPECT_THAT(MarshalData::Read(std::string("l\0\0\0\x80", 5)), IsError(ErrorKind::kCorruptData));
}

TEST(MarshalRead, HasNoLimitOfDepth) {
  std::string deep;
  for (int i = 0; i < 1'000'000; ++i) {
    deep += ")\x01";
  }
  const Result<MarshalData> data = MarshalData::Read(deep + "N");
  ASSERT_THAT(data, IsOk());
  EXPECT_EQ(data.value().values.size(), 1'000'001);
}

TEST(DecodeUnits, RefusesWhatIsNoCode) {
  EXPECT_THAT(DecodeUnits("N", FixtureSet("cpython-313"), "f"), IsError(ErrorKind::kCorruptData));
}

}  // namespace
}  // namespace norma::extract::flow
