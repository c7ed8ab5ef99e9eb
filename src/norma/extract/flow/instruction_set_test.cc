#include "norma/extract/flow/instruction_set.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "norma/extract/flow/decode.h"
#include "norma/extract/flow/decode_testing.h"
#include "norma/extract/flow/instructions.h"
#include "tests/support/matchers.h"

namespace norma::extract::flow {
namespace {

using testing_support::IsError;
using testing_support::IsErrorWith;
using testing_support::IsOk;

Result<InstructionSet> Parse(std::vector<std::string_view> more,
                             const std::vector<std::string_view>& operands = {}) {
  more.insert(more.end(), {"0|CACHE|0|", "1|EXTENDED_ARG|0|a"});
  return InstructionSet::Parse("cpython-313", 13, 3571, more, operands);
}

TEST(InstructionSet, KnowsOpcodesByNameAlone) {
  const Result<InstructionSet> set =
      Parse({"7|LOAD_GLOBAL|4|an", "8|JUMP_BACKWARD|1|aj", "9|NOP|0|", "10|SWAP|0|a"});
  ASSERT_THAT(set, IsOk());
  const auto& opcodes = set.value().opcodes;
  EXPECT_EQ(opcodes[7].op, Op::kLoadGlobal);
  EXPECT_EQ(opcodes[7].rule, ArgumentRule::kGlobal);
  EXPECT_EQ(opcodes[7].shift, 1);
  EXPECT_EQ(opcodes[7].cache_count, 4);
  EXPECT_EQ(opcodes[8].rule, ArgumentRule::kJump);
  EXPECT_TRUE(opcodes[8].jumps_backward);
  EXPECT_EQ(opcodes[9].rule, ArgumentRule::kNone);
  EXPECT_EQ(opcodes[10].rule, ArgumentRule::kNumber);
  EXPECT_EQ(set.value().extended_arg, 1);
}

TEST(InstructionSet, MarksUnknownOpcodesThatMatter) {
  const Result<InstructionSet> set =
      Parse({"7|JUMP_TO_MOON|0|aj", "8|LOAD_MOON|0|al", "9|MOON|0|a"});
  ASSERT_THAT(set, IsOk());
  EXPECT_TRUE(set.value().opcodes[7].is_unclear);
  EXPECT_TRUE(set.value().opcodes[8].is_unclear);
  EXPECT_FALSE(set.value().opcodes[9].is_unclear);
  // Its number is kept, and not taken for what it may not be.
  EXPECT_EQ(set.value().opcodes[7].rule, ArgumentRule::kNumber);
}

TEST(InstructionSet, ReadsOperands) {
  const Result<InstructionSet> set =
      Parse({"7|BINARY_OP|1|a"}, {"BINARY_OP|0|+", "BINARY_OP|1||=", "OF_ANOTHER_VERSION|0|x"});
  ASSERT_THAT(set, IsOk());
  EXPECT_EQ(set.value().opcodes[7].words, (std::vector<std::string>{"+", "|="}));
}

TEST(InstructionSet, RefusesWhatIsNotAsDeclared) {
  for (const std::string_view opcode :
       {"", "7", "256|A|0|", "-1|A|0|", "7||0|", "7|A||", "7|A|256|", "7|A|0|x", "0|AGAIN|0|"}) {
    EXPECT_THAT(Parse({opcode}), IsError(ErrorKind::kCorruptData)) << opcode;
  }
  EXPECT_THAT(Parse({"7|A|0|a"}, {"A|1|word"}), IsErrorWith(ErrorKind::kCorruptData, "operand"));
  EXPECT_THAT(InstructionSet::Parse("cpython-313", 13, 3571, {}, {}),
              IsErrorWith(ErrorKind::kCorruptData, "EXTENDED_ARG"));
}

/// Decodes bytes of a unit with two slots and a name.
Result<CodeUnit> Decode(std::string_view bytecode, std::string_view line_table = "") {
  const Result<InstructionSet> set = Parse({"7|LOAD_FAST|0|al", "8|LOAD_GLOBAL|1|an", "9|NOP|0|",
                                            "10|JUMP_BACKWARD|0|aj", "11|LOAD_MOON|0|al"});
  CodeUnit unit;
  unit.first_line = 3;
  unit.slots = {{.name = "a", .is_local = true}, {.name = "b", .is_local = true}};
  unit.names = {"n"};
  NORMA_RETURN_IF_ERROR(DecodeInstructions(bytecode, line_table, set.value(), unit));
  return unit;
}

TEST(DecodeInstructions, FoldsPrefixesAndCaches) {
  const Result<CodeUnit> unit = Decode(std::string_view("\1\0\1\0\7\1\x08\1\0\0\x09\0", 12));
  ASSERT_THAT(unit, IsOk());
  ASSERT_EQ(unit.value().instructions.size(), 3);
  const Instruction& first = unit.value().instructions[0];
  EXPECT_EQ(first.start_offset, 0);
  EXPECT_EQ(first.offset, 4);
  EXPECT_EQ(first.end_offset, 6);
  EXPECT_EQ(first.oparg, 1);
  EXPECT_EQ(unit.value().instructions[1].end_offset, 10);
  EXPECT_FALSE(unit.value().instructions[2].has_oparg);
  EXPECT_FALSE(unit.value().has_unknown_opcode);
}

TEST(DecodeInstructions, JumpsToPrefixes) {
  const Result<CodeUnit> unit = Decode(std::string_view("\1\0\7\0\x0A\3", 6));
  ASSERT_THAT(unit, IsOk());
  EXPECT_EQ(unit.value().instructions[1].jump_target, 0);
  EXPECT_TRUE(unit.value().instructions[0].is_jump_target);
}

TEST(DecodeInstructions, KeepsWhatItDoesNotKnow) {
  const Result<CodeUnit> unit = Decode("\x0B\x63");
  ASSERT_THAT(unit, IsOk());
  EXPECT_TRUE(unit.value().has_unknown_opcode);
  EXPECT_EQ(unit.value().instructions[0].oparg, 0x63);
}

TEST(DecodeInstructions, RefusesDamage) {
  for (const std::string_view bytecode : {
           std::string_view("\7", 1),                       // half an instruction
           std::string_view("\7\2", 2),                     // no such slot
           std::string_view("\x08\2\0\0", 4),               // no such name
           std::string_view("\x08\0", 2),                   // its cache is missing
           std::string_view("\1\0", 2),                     // a prefix of nothing
           std::string_view("\1\1\1\1\1\1\1\1\x09\0", 10),  // a prefix too many
           std::string_view("\0\0", 2),                     // a cache of nothing
           std::string_view("\xC8\0", 2),                   // no such opcode
           std::string_view("\x0A\2", 2),                   // a jump before the start
           std::string_view("\x08\0\0\0\x0A\2", 6),         // a jump into a cache
       }) {
    EXPECT_THAT(Decode(bytecode), IsErrorWith(ErrorKind::kCorruptData, "bytecode is damaged"));
  }
}

TEST(DecodeInstructions, ReadsPlacesOfEveryForm) {
  const std::string_view nops("\x09\0\x09\0\x09\0\x09\0\x09\0\x09\0\x09\0", 14);
  // Short form of two units; one line, two lines on; no columns, one line back; long form; nowhere.
  const Result<CodeUnit> unit = Decode(nops,
                                       "\x89\x23"
                                       "\xE0\x04\x09"
                                       "\xE8\x03"
                                       "\xF0\x02\x01\x06\x08"
                                       "\xF8");
  ASSERT_THAT(unit, IsOk());
  const auto& all = unit.value().instructions;
  EXPECT_EQ(all[0].position, (RawPosition{3, 10, 3, 13}));
  EXPECT_EQ(all[1].position, all[0].position);
  EXPECT_EQ(all[2].position, (RawPosition{5, 4, 5, 9}));
  EXPECT_EQ(all[3].position, (RawPosition{4, -1, 4, -1}));
  EXPECT_EQ(all[4].position, (RawPosition{5, 5, 6, 7}));
  EXPECT_EQ(all[5].position, RawPosition());
  EXPECT_EQ(all[6].position, RawPosition());  // after the table's end
}

TEST(DecodeInstructions, RefusesMalformedPlaces) {
  const std::string_view nop("\x09\0", 2);
  for (const std::string_view table :
       {"\x01", "\x80", "\xD0\x01", "\xE8", "\xE8\x7F\x7F\x7F\x7F\x7F\x01", "\xE8\x80",
        "\xF0\x02\x01\x06"}) {
    EXPECT_THAT(Decode(nop, table), IsErrorWith(ErrorKind::kCorruptData, "position"));
  }
}

/// Decodes an exception table of a unit of three NOPs.
Result<CodeUnit> DecodeTable(std::string_view table) {
  NORMA_ASSIGN_OR_RETURN(CodeUnit unit, Decode(std::string_view("\x09\0\x09\0\x09\0", 6)));
  NORMA_RETURN_IF_ERROR(DecodeExceptions(table, unit));
  return unit;
}

TEST(DecodeExceptions, ReadsEntries) {
  const Result<CodeUnit> unit =
      DecodeTable(std::string_view("\x80\x01\x02\x05\x81\x01\x02\x42\x00", 9));
  ASSERT_THAT(unit, IsOk());
  ASSERT_EQ(unit.value().exceptions.size(), 2);
  const ExceptionEntry& first = unit.value().exceptions[0];
  EXPECT_EQ(first.start_offset, 0);
  EXPECT_EQ(first.end_offset, 2);
  EXPECT_EQ(first.target_offset, 4);
  EXPECT_EQ(first.depth, 2);
  EXPECT_TRUE(first.lasti);
  EXPECT_EQ(unit.value().exceptions[1].depth, 64);
  EXPECT_TRUE(unit.value().instructions[2].is_jump_target);
}

TEST(DecodeExceptions, RefusesDamage) {
  for (const std::string_view table :
       {std::string_view("\0\1\2\5", 4), std::string_view("\x80\1\2", 3),
        std::string_view("\x80\1\3\5", 4), std::string_view("\x80\4\2\5", 4),
        std::string_view("\x80\x81\2\5", 4),
        std::string_view("\xC0\x7F\x7F\x7F\x7F\x7F\x7F\1\2\5", 10)}) {
    EXPECT_THAT(DecodeTable(table), IsErrorWith(ErrorKind::kCorruptData, "exception table"));
  }
}

}  // namespace
}  // namespace norma::extract::flow
