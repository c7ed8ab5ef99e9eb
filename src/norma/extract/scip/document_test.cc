#include "norma/extract/scip/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "norma/extract/scip/field.h"
#include "norma/extract/scip/index_for_test.h"
#include "tests/support/matchers.h"

namespace norma::extract::scip {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing_support::IsErrorWith;
using testing_support::IsOk;

wire::Document At(std::string_view path) {
  wire::Document document;
  document.set_relative_path(std::string(path));
  return document;
}

/// Whether the bytes are a valid document.
Status Check(std::string_view bytes) {
  NORMA_ASSIGN_OR_RETURN(const Document document, SplitDocument(bytes));
  return CheckParts(document);
}

/// A field of many bytes, of which only the first are there.
std::string TooLong(int number) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
}

TEST(ForEachField, VisitsFieldsInOrder) {
  std::vector<int> numbers;
  EXPECT_TRUE(ForEachField("\x0A\x01x\x10\x05\x1A\x00\x25wxyz\x0A\x00"sv,
                           [&](const Field& field) { numbers.push_back(field.number); }));
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3, 1));
}

TEST(ForEachField, RefusesWhatIsNoMessage) {
  const auto ignore = [](const Field&) {};
  for (const std::string_view bytes : {
           "\x00"sv,                                              // no field
           "\x02\x00"sv,                                          // field number 0
           "\x0A"sv,                                              // no length
           "\x0A\x05x"sv,                                         // too short
           "\x08"sv,                                              // no number
           "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv,  // a number without end
           "\x0B"sv,                                              // a group without end
           "\x0C"sv,                                              // an end without group
           "\x0E"sv,                                              // no wire type
           "\x09xx"sv,                                            // a fixed number cut off
       }) {
    EXPECT_FALSE(ForEachField(bytes, ignore)) << testing::PrintToString(bytes);
  }
  EXPECT_FALSE(ForEachField(TooLong(1), ignore));
  EXPECT_FALSE(ForEachField(std::string(10'000, '\x0B'), ignore));  // groups in groups
}

TEST(SplitDocument, TakesPartsAndFields) {
  wire::Document message = At("a.py");
  message.set_language("python");
  message.set_text("x");
  message.set_position_encoding(2);
  AddOccurrence(message, {0, 0, 1}, "s");
  message.add_symbols()->set_symbol("s");
  const std::string bytes = message.SerializeAsString();
  const Result<Document> document = SplitDocument(bytes);
  ASSERT_THAT(document, IsOk());
  EXPECT_EQ(document.value().relative_path, "a.py");
  EXPECT_EQ(document.value().language, "python");
  EXPECT_EQ(document.value().text, "x");
  EXPECT_EQ(document.value().position_encoding, 2);
  EXPECT_EQ(document.value().occurrences.size(), 1U);
  EXPECT_EQ(document.value().symbols.size(), 1U);
  EXPECT_THAT(CheckParts(document.value()), IsOk());
}

TEST(SplitDocument, SkipsWhatItDoesNotKnow) {
  const std::string bytes = At("a.py").SerializeAsString() + "\x7A\x02hi\x78\x01";
  EXPECT_THAT(Check(bytes), IsOk());
}

TEST(SplitDocument, RefusesADocumentWithoutPath) {
  EXPECT_THAT(Check(""), IsErrorWith(ErrorKind::kCorruptData, "no usable path"));
  EXPECT_THAT(Check(At(std::string(kMaxPathBytes + 1, 'a')).SerializeAsString()),
              IsErrorWith(ErrorKind::kCorruptData, "no usable path"));
}

TEST(SplitDocument, RefusesTextsThatAreNotUtf8) {
  const std::string path = At("a.py").SerializeAsString();
  EXPECT_THAT(Check("\x0A\x01\xFF"), IsErrorWith(ErrorKind::kCorruptData, "not UTF-8"));
  EXPECT_THAT(Check(path + "\x22\x01\xFF"), IsErrorWith(ErrorKind::kCorruptData, "not UTF-8"));
  EXPECT_THAT(Check(path + "\x2A\x01\xFF"), IsErrorWith(ErrorKind::kCorruptData, "not UTF-8"));
  EXPECT_THAT(Check(path + "\x12\x03\x12\x01\xFF"),
              IsErrorWith(ErrorKind::kCorruptData, "an occurrence"));
  EXPECT_THAT(Check(path + "\x1A\x03\x0A\x01\xFF"),
              IsErrorWith(ErrorKind::kCorruptData, "a symbol"));
}

TEST(SplitDocument, RefusesPartsThatAreCutOffOrNested) {
  const std::string path = At("a.py").SerializeAsString();
  EXPECT_THAT(Check(path + TooLong(2)), IsErrorWith(ErrorKind::kCorruptData, "not a message"));
  EXPECT_THAT(Check(path + "\x12\x02\x12\x05"), IsErrorWith(ErrorKind::kCorruptData, "occurrence"));
  wire::Document document = At("a.py");
  std::string nested = std::string(200, '\x7B') + std::string(200, '\x7C');
  const std::string part = "\x12\xFF\x02" + nested.substr(0, 383);
  EXPECT_THAT(Check(path + part), IsErrorWith(ErrorKind::kCorruptData, "occurrence"));
}

TEST(CheckParts, RefusesMessagesThatAreSmallAndMakeHugeRows) {
  std::string many = At("a.py").SerializeAsString();
  const std::string empty_occurrence("\x12\x00", 2);
  for (int i = 0; i < 1'400'000; ++i) {
    many += empty_occurrence;
  }
  EXPECT_THAT(Check(many), IsErrorWith(ErrorKind::kCorruptData, "too many facts"));

  std::string long_path = At(std::string(kMaxPathBytes, 'p')).SerializeAsString();
  for (int i = 0; i < 200'000; ++i) {
    long_path += empty_occurrence;
  }
  EXPECT_THAT(Check(long_path), IsErrorWith(ErrorKind::kCorruptData, "too many facts"));

  wire::Document diagnostics = At("a.py");
  wire::Occurrence& occurrence = AddOccurrence(diagnostics, {0, 0, 1}, "s");
  for (int i = 0; i < 1'400'000; ++i) {
    occurrence.add_diagnostics();
  }
  EXPECT_THAT(Check(diagnostics.SerializeAsString()),
              IsErrorWith(ErrorKind::kCorruptData, "too many facts"));

  wire::Document relationships = At("a.py");
  wire::SymbolInformation& symbol = *relationships.add_symbols();
  symbol.set_symbol(std::string(1 << 20, 's'));
  for (int i = 0; i < 1000; ++i) {
    symbol.add_relationships();
  }
  EXPECT_THAT(Check(relationships.SerializeAsString()),
              IsErrorWith(ErrorKind::kCorruptData, "a symbol of the document is not valid"));
}

TEST(CheckParts, RefusesOneHugePart) {
  wire::Document document = At("a.py");
  AddOccurrence(document, {0, 0, 1}, std::string(kMaxPartBytes, 's'));
  EXPECT_THAT(Check(document.SerializeAsString()),
              IsErrorWith(ErrorKind::kCorruptData, "an occurrence"));
}

TEST(PathFromStart, FindsThePathInACutOffDocument) {
  wire::Document document = At("a.py");
  document.set_text(std::string(1000, 'x'));
  const std::string bytes = document.SerializeAsString();
  EXPECT_EQ(PathFromStart(std::string_view(bytes).substr(0, 100)), "a.py");
  EXPECT_EQ(PathFromStart(std::string_view(bytes).substr(0, 3)), "");
  EXPECT_EQ(PathFromStart("\x0A\x01\xFF"), "");
}

}  // namespace
}  // namespace norma::extract::scip
