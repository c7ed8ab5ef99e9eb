#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "norma/sql/data_type.h"

namespace norma::sql {
namespace {

struct Word {
  std::string_view text;
  TypeKind kind;
};

constexpr Word kSimpleTypes[] = {
    {"Null", TypeKind::kNull},
    {"Boolean", TypeKind::kBoolean},
    {"Int8", TypeKind::kInt8},
    {"Int16", TypeKind::kInt16},
    {"Int32", TypeKind::kInt32},
    {"Int64", TypeKind::kInt64},
    {"UInt8", TypeKind::kUInt8},
    {"UInt16", TypeKind::kUInt16},
    {"UInt32", TypeKind::kUInt32},
    {"UInt64", TypeKind::kUInt64},
    {"Float16", TypeKind::kFloat16},
    {"Float32", TypeKind::kFloat32},
    {"Float64", TypeKind::kFloat64},
    {"Date32", TypeKind::kDate32},
    {"Date64", TypeKind::kDate64},
    {"Binary", TypeKind::kBinary},
    {"LargeBinary", TypeKind::kLargeBinary},
    {"BinaryView", TypeKind::kBinaryView},
    {"Utf8", TypeKind::kUtf8},
    {"LargeUtf8", TypeKind::kLargeUtf8},
    {"Utf8View", TypeKind::kUtf8View},
};

constexpr Word kListTypes[] = {
    {"List", TypeKind::kList},
    {"ListView", TypeKind::kListView},
    {"LargeList", TypeKind::kLargeList},
    {"LargeListView", TypeKind::kLargeListView},
};

constexpr Word kTemporalTypes[] = {
    {"Timestamp", TypeKind::kTimestamp},
    {"Time32", TypeKind::kTime32},
    {"Time64", TypeKind::kTime64},
    {"Duration", TypeKind::kDuration},
};

struct DecimalWord {
  std::string_view text;
  TypeKind kind;
  int64_t max_precision;
};

constexpr DecimalWord kDecimalTypes[] = {
    {"Decimal32", TypeKind::kDecimal32, 9},
    {"Decimal64", TypeKind::kDecimal64, 18},
    {"Decimal128", TypeKind::kDecimal128, 38},
    {"Decimal256", TypeKind::kDecimal256, 76},
};

template <size_t n>
std::optional<TypeKind> FindKind(const Word (&words)[n], std::string_view text) {
  for (const Word& word : words) {
    if (word.text == text) {
      return word.kind;
    }
  }
  return std::nullopt;
}

// Reads one type. Recursion is bounded by kMaxTypeLevels.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<DataType> ParseAll() {
    NORMA_ASSIGN_OR_RETURN(DataType type, ParseType(1));
    SkipSpaces();
    if (at_ != text_.size()) {
      return Fail("the end");
    }
    return type;
  }

 private:
  Error Fail(std::string_view wanted) const {
    return Error{ErrorKind::kInvalidArgument, fmt::format("type text: expected {} at byte {}: {}",
                                                          wanted, at_, text_.substr(0, 120))};
  }

  void SkipSpaces() {
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
    }
  }

  bool Take(char c) {
    SkipSpaces();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }

  Status Expect(char c) { return Take(c) ? Status() : Status(Fail(fmt::format("'{}'", c))); }

  std::string_view PeekWord() {
    SkipSpaces();
    const size_t end = std::min(text_.find_first_of("(),: \"'", at_), text_.size());
    return text_.substr(at_, end - at_);
  }

  bool TakeWord(std::string_view word) {
    if (PeekWord() != word) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  Result<int64_t> ParseInteger(int64_t min, int64_t max) {
    const std::string_view word = PeekWord();
    int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || value < min || value > max) {
      return Fail(fmt::format("a number from {} to {}", min, max));
    }
    at_ += word.size();
    return value;
  }

  Result<std::string> ParseQuoted(char quote) {
    if (!Take(quote)) {
      return Fail(quote == '"' ? "a name in double quotes" : "a name in single quotes");
    }
    std::string name;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      }
      name += text_[at_++];
    }
    NORMA_RETURN_IF_ERROR(Expect(quote));
    return name;
  }

  bool ParseNullable() {
    if (TakeWord("non-null")) {
      return false;
    }
    TakeWord("nullable");
    return true;
  }

  Result<TypeField> ParseField(int level) {
    NORMA_ASSIGN_OR_RETURN(std::string name, ParseQuoted('"'));
    NORMA_RETURN_IF_ERROR(Expect(':'));
    const bool nullable = ParseNullable();
    NORMA_ASSIGN_OR_RETURN(DataType type, ParseType(level));
    return TypeField{std::move(name), std::move(type), nullable};
  }

  // The item of a list; its name is read and forgotten.
  Result<TypeField> ParseItem(int level) {
    const bool nullable = ParseNullable();
    NORMA_ASSIGN_OR_RETURN(DataType type, ParseType(level));
    if (Take(',')) {
      if (!TakeWord("field")) {
        return Fail("field");
      }
      NORMA_RETURN_IF_ERROR(Expect(':'));
      NORMA_RETURN_IF_ERROR(ParseQuoted('\'').status());
    }
    return TypeField{"item", std::move(type), nullable};
  }

  Result<TimeUnit> ParseTimeUnit() {
    if (TakeWord("s") || TakeWord("Second")) {
      return TimeUnit::kSecond;
    }
    if (TakeWord("ms") || TakeWord("Millisecond")) {
      return TimeUnit::kMillisecond;
    }
    if (TakeWord("µs") || TakeWord("us") || TakeWord("Microsecond")) {
      return TimeUnit::kMicrosecond;
    }
    if (TakeWord("ns") || TakeWord("Nanosecond")) {
      return TimeUnit::kNanosecond;
    }
    return Fail("a time unit: s, ms, µs or ns");
  }

  Result<DataType> ParseTemporal(TypeKind kind) {
    NORMA_ASSIGN_OR_RETURN(const TimeUnit unit, ParseTimeUnit());
    const bool is_coarse = unit == TimeUnit::kSecond || unit == TimeUnit::kMillisecond;
    if ((kind == TypeKind::kTime32 && !is_coarse) || (kind == TypeKind::kTime64 && is_coarse)) {
      return Fail(kind == TypeKind::kTime32 ? "s or ms" : "µs or ns");
    }
    std::string timezone;
    if (kind == TypeKind::kTimestamp && Take(',')) {
      if (TakeWord("Some")) {
        NORMA_RETURN_IF_ERROR(Expect('('));
        NORMA_ASSIGN_OR_RETURN(timezone, ParseQuoted('"'));
        NORMA_RETURN_IF_ERROR(Expect(')'));
      } else if (!TakeWord("None")) {
        NORMA_ASSIGN_OR_RETURN(timezone, ParseQuoted('"'));
      }
    }
    return DataType::Temporal(kind, unit, std::move(timezone));
  }

  Result<DataType> ParseStruct(int level) {
    std::vector<TypeField> fields;
    while (!fields.empty() ? Take(',') : PeekChar() != ')') {
      NORMA_ASSIGN_OR_RETURN(TypeField field, ParseField(level));
      fields.push_back(std::move(field));
    }
    return DataType::Struct(std::move(fields));
  }

  Result<DataType> ParseMap(int level) {
    NORMA_ASSIGN_OR_RETURN(const TypeField entries, ParseField(level));
    NORMA_RETURN_IF_ERROR(Expect(','));
    const bool sorted = TakeWord("sorted");
    if (!sorted && !TakeWord("unsorted")) {
      return Fail("sorted or unsorted");
    }
    if (entries.type.kind() != TypeKind::kStruct || entries.type.fields().size() != 2) {
      return Fail("a struct of key and value");
    }
    const TypeField& value = entries.type.fields()[1];
    return DataType::Map(entries.type.fields()[0].type, value.type, value.nullable, sorted);
  }

  Result<DataType> ParseUnion(int level) {
    const bool dense = TakeWord("Dense");
    if (!dense && !TakeWord("Sparse")) {
      return Fail("Sparse or Dense");
    }
    std::vector<int8_t> ids;
    std::vector<TypeField> fields;
    while (Take(',')) {
      NORMA_ASSIGN_OR_RETURN(const int64_t id, ParseInteger(-128, 127));
      NORMA_RETURN_IF_ERROR(Expect(':'));
      NORMA_RETURN_IF_ERROR(Expect('('));
      NORMA_ASSIGN_OR_RETURN(TypeField field, ParseField(level));
      NORMA_RETURN_IF_ERROR(Expect(')'));
      ids.push_back(static_cast<int8_t>(id));
      fields.push_back(std::move(field));
    }
    return DataType::Union(dense, std::move(ids), std::move(fields));
  }

  Result<DataType> ParseInterval() {
    if (TakeWord("YearMonth")) {
      return DataType::Interval(IntervalUnit::kYearMonth);
    }
    if (TakeWord("DayTime")) {
      return DataType::Interval(IntervalUnit::kDayTime);
    }
    if (TakeWord("MonthDayNano")) {
      return DataType::Interval(IntervalUnit::kMonthDayNano);
    }
    return Fail("YearMonth, DayTime or MonthDayNano");
  }

  Result<DataType> ParseDecimal(const DecimalWord& word) {
    NORMA_ASSIGN_OR_RETURN(const int64_t precision, ParseInteger(1, word.max_precision));
    NORMA_RETURN_IF_ERROR(Expect(','));
    NORMA_ASSIGN_OR_RETURN(const int64_t scale, ParseInteger(-128, precision));
    return DataType::Decimal(word.kind, static_cast<uint8_t>(precision),
                             static_cast<int8_t>(scale));
  }

  Result<DataType> ParseFixedSizeList(int level) {
    NORMA_ASSIGN_OR_RETURN(const int64_t size,
                           ParseInteger(0, std::numeric_limits<int32_t>::max()));
    TypeField item{"item", DataType(), true};
    if (Take(',')) {
      NORMA_ASSIGN_OR_RETURN(item.type, ParseType(level));
    } else if (TakeWord("x")) {
      NORMA_ASSIGN_OR_RETURN(item, ParseItem(level));
    } else {
      return Fail("x or ','");
    }
    return DataType::ListOf(TypeKind::kFixedSizeList, item.type, item.nullable,
                            static_cast<int32_t>(size));
  }

  Result<DataType> ParsePair(bool is_dictionary, int level) {
    if (is_dictionary) {
      NORMA_ASSIGN_OR_RETURN(DataType key, ParseType(level));
      NORMA_RETURN_IF_ERROR(Expect(','));
      NORMA_ASSIGN_OR_RETURN(DataType value, ParseType(level));
      return DataType::Dictionary(std::move(key), std::move(value));
    }
    NORMA_ASSIGN_OR_RETURN(TypeField run_ends, ParseField(level));
    NORMA_RETURN_IF_ERROR(Expect(','));
    NORMA_ASSIGN_OR_RETURN(TypeField values, ParseField(level));
    return DataType::RunEndEncoded(std::move(run_ends), std::move(values));
  }

  Result<DataType> ParseInBrackets(std::string_view word, int level) {
    if (const auto kind = FindKind(kListTypes, word)) {
      NORMA_ASSIGN_OR_RETURN(const TypeField item, ParseItem(level));
      return DataType::ListOf(*kind, item.type, item.nullable);
    }
    if (const auto kind = FindKind(kTemporalTypes, word)) {
      return ParseTemporal(*kind);
    }
    for (const DecimalWord& decimal : kDecimalTypes) {
      if (decimal.text == word) {
        return ParseDecimal(decimal);
      }
    }
    if (word == "FixedSizeBinary") {
      NORMA_ASSIGN_OR_RETURN(const int64_t size,
                             ParseInteger(0, std::numeric_limits<int32_t>::max()));
      return DataType::FixedSizeBinary(static_cast<int32_t>(size));
    }
    if (word == "FixedSizeList") {
      return ParseFixedSizeList(level);
    }
    if (word == "Struct") {
      return ParseStruct(level);
    }
    if (word == "Map") {
      return ParseMap(level);
    }
    if (word == "Union") {
      return ParseUnion(level);
    }
    if (word == "Interval") {
      return ParseInterval();
    }
    if (word == "Dictionary") {
      return ParsePair(true, level);
    }
    if (word == "RunEndEncoded") {
      return ParsePair(false, level);
    }
    return Fail("an Arrow type");
  }

  Result<DataType> ParseType(int level) {
    // The entries of a map are a level of text that the type itself does not have.
    if (level > kMaxTypeLevels) {
      return Error{ErrorKind::kLimitExceeded,
                   fmt::format("type nests too deep, levels allowed: {}", kMaxTypeLevels)};
    }
    const std::string_view word = PeekWord();
    if (const auto kind = FindKind(kSimpleTypes, word)) {
      at_ += word.size();
      return DataType::Simple(*kind);
    }
    const size_t begin = at_;
    at_ += word.size();
    if (word.empty() || !Take('(')) {
      at_ = begin;
      return Fail("an Arrow type");
    }
    NORMA_ASSIGN_OR_RETURN(DataType type, ParseInBrackets(word, level + 1));
    NORMA_RETURN_IF_ERROR(Expect(')'));
    return type;
  }

  char PeekChar() {
    SkipSpaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<DataType> DataType::Parse(std::string_view text) { return Parser(text).ParseAll(); }

}  // namespace norma::sql
