#include "norma/base/id.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "norma/base/base64.h"
#include "norma/base/hash.h"
#include "tests/support/matchers.h"

namespace norma {
namespace {

using testing_support::IsErrorWith;
using testing_support::IsOk;

std::string FromHex(const std::string& hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return out;
}

void AddPart(IdBuilder& builder, const nlohmann::json& part) {
  if (part.is_null()) {
    builder.Null();
  } else if (part.is_boolean()) {
    builder.Bool(part.get<bool>());
  } else if (part.is_number_integer()) {
    builder.Int(part.get<int64_t>());
  } else if (part.is_string()) {
    builder.Text(part.get<std::string>());
  } else {
    builder.Binary(FromHex(part.at("binary").get<std::string>()));
  }
}

TEST(Id, AgreesWithTheGoldenIds) {
  std::ifstream golden("tests/golden/ids/ids.jsonl");
  ASSERT_TRUE(golden.is_open());
  std::string line;
  int count = 0;
  std::set<std::string> ids;
  while (std::getline(golden, line)) {
    SCOPED_TRACE(line);
    const auto row = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(row.is_discarded());
    IdBuilder builder(row.at("kind").get<std::string>());
    for (const auto& part : row.at("parts")) {
      AddPart(builder, part);
    }
    const auto encoded = builder.encoded();
    EXPECT_EQ(Hex({reinterpret_cast<const uint8_t*>(encoded.data()), encoded.size()}),
              row.at("input").get<std::string>());
    EXPECT_EQ(builder.Build(), row.at("id").get<std::string>());
    EXPECT_TRUE(ids.insert(builder.Build()).second) << "two inputs, one id";
    ++count;
  }
  EXPECT_GE(count, 20);
}

TEST(Id, ForgetsItsPartsOnClear) {
  IdBuilder builder("span");
  builder.Text("x").Int(1).Clear();
  builder.Text("y").OptionalInt(std::nullopt).OptionalText(std::nullopt);
  EXPECT_EQ(builder.Build(), IdBuilder("span").Text("y").Null().Null().Build());
  std::string to(kIdLength, ' ');
  builder.BuildTo(to.data());
  EXPECT_EQ(to, builder.Build());
}

TEST(Id, KnowsAKind) {
  EXPECT_TRUE(IsIdKind("cfg_edge"));
  EXPECT_TRUE(IsIdKind(std::string(32, 'a')));
  for (const std::string_view kind : {"", "File", "a b", "é", "a-b"}) {
    EXPECT_FALSE(IsIdKind(kind)) << kind;
  }
  EXPECT_FALSE(IsIdKind(std::string(33, 'a')));
}

TEST(Id, KnowsTheFormOfAnId) {
  for (int part = 0; part < 100; ++part) {
    EXPECT_TRUE(IsId(IdBuilder("x").Int(part).Build())) << part;
  }
  const std::string zeros(21, 'A');
  for (const char last : std::string_view("AQgw")) {
    EXPECT_TRUE(IsId(zeros + last)) << last;
  }
  for (const std::string& text : {zeros + "B", zeros, zeros + "AA", zeros + "=", std::string()}) {
    EXPECT_FALSE(IsId(text)) << text;
  }
}

TEST(Base64Url, ReadsWhatItWrites) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 70; ++i) {
    const auto decoded = Base64UrlDecode(Base64UrlEncode(bytes));
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(decoded.value(), bytes);
    bytes.push_back(static_cast<uint8_t>(i * 37 + 250));
  }
  EXPECT_EQ(Base64UrlEncode(std::vector<uint8_t>{0xFB, 0xEF, 0xFF}), "--__");
  EXPECT_EQ(Base64UrlEncode(std::vector<uint8_t>{'a'}), "YQ");
}

TEST(Base64Url, RefusesWhatHasASecondForm) {
  using enum ErrorKind;
  EXPECT_THAT(Base64UrlDecode("YR"), IsErrorWith(kInvalidArgument, "unused bits"));
  EXPECT_THAT(Base64UrlDecode("YQ=="), IsErrorWith(kInvalidArgument, "outside the alphabet"));
  EXPECT_THAT(Base64UrlDecode("ab+/"), IsErrorWith(kInvalidArgument, "outside the alphabet"));
  EXPECT_THAT(Base64UrlDecode("abcde"), IsErrorWith(kInvalidArgument, "impossible length"));
  EXPECT_THAT(Base64UrlDecode(std::string(21, 'A') + "B"),
              IsErrorWith(kInvalidArgument, "unused bits"));
}

}  // namespace
}  // namespace norma
