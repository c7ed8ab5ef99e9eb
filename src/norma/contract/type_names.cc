#include "norma/contract/type_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "norma/contract/column_path.h"

namespace norma::contract {
namespace {

using sql::DataType;
using sql::TypeKind;

struct Scalar {
  std::string_view name;
  std::string_view short_name;
  TypeKind kind;
};

// The first name of a kind is the one that is printed.
constexpr std::array<Scalar, 8> kScalars = {{
    {"VARCHAR", "s", TypeKind::kUtf8},
    {"STRING", "s", TypeKind::kUtf8},
    {"INT", "i32", TypeKind::kInt32},
    {"BIGINT", "i64", TypeKind::kInt64},
    {"REAL", "f32", TypeKind::kFloat32},
    {"DOUBLE", "f64", TypeKind::kFloat64},
    {"BOOLEAN", "b", TypeKind::kBoolean},
    {"BYTEA", "bin", TypeKind::kBinary},
}};

/// Reads one type, token by token.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text), rest_(text) {}

  Result<DataType> ReadAll() {
    NORMA_ASSIGN_OR_RETURN(DataType type, Read(1));
    SkipSpace();
    if (!rest_.empty()) {
      return Unknown();
    }
    return type;
  }

 private:
  Result<DataType> Read(int level) {
    if (level > sql::kMaxTypeLevels) {
      return Error{ErrorKind::kLimitExceeded,
                   fmt::format("a type nests deeper than {} levels", sql::kMaxTypeLevels)};
    }
    const std::string word = Word();
    if (word == "STRUCT") {
      return ReadStruct(level);
    }
    if (word == "ARRAY") {
      if (!Take('<')) {
        return Unknown();
      }
      NORMA_ASSIGN_OR_RETURN(DataType item, Read(level + 1));
      if (!Take('>')) {
        return Unknown();
      }
      return DataType::List(std::move(item));
    }
    if (word == "MAP") {
      if (!Take('(') || !IsText(Word()) || !Take(',') || !IsText(Word()) || !Take(')')) {
        return Unknown();
      }
      return DataType::Map(DataType::Utf8(), DataType::Utf8());
    }
    const auto scalar = std::ranges::find(kScalars, word, &Scalar::name);
    if (scalar == kScalars.end()) {
      return Unknown();
    }
    return DataType::Simple(scalar->kind);
  }

  Result<DataType> ReadStruct(int level) {
    if (!Take('<')) {
      return Unknown();
    }
    std::vector<sql::TypeField> fields;
    do {
      if (!Take('"')) {
        return Error{ErrorKind::kInvalidArgument,
                     fmt::format("fields of a struct are written in double quotes: {}", text_)};
      }
      const size_t end = std::min(rest_.find('"'), rest_.size());
      std::string name(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      if (!IsPlainName(name) || std::ranges::count(fields, name, &sql::TypeField::name) > 0) {
        return Error{ErrorKind::kInvalidArgument,
                     fmt::format("not a name, or one that is there twice, in {}: {}", text_, name)};
      }
      NORMA_ASSIGN_OR_RETURN(DataType type, Read(level + 1));
      fields.push_back({std::move(name), std::move(type)});
    } while (Take(','));
    if (!Take('>')) {
      return Unknown();
    }
    return DataType::Struct(std::move(fields));
  }

  static bool IsText(std::string_view word) { return word == "VARCHAR" || word == "STRING"; }

  Error Unknown() const {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("not a type that contracts can name: {}", text_)};
  }

  void SkipSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  bool Take(char c) {
    SkipSpace();
    if (!rest_.starts_with(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::string Word() {
    SkipSpace();
    std::string word;
    while (!rest_.empty() && std::isalpha(static_cast<unsigned char>(rest_.front())) != 0) {
      word += static_cast<char>(std::toupper(static_cast<unsigned char>(rest_.front())));
      rest_.remove_prefix(1);
    }
    return word;
  }

  std::string_view text_;
  std::string_view rest_;
};

const Scalar* FindScalar(TypeKind kind) {
  const auto scalar = std::ranges::find(kScalars, kind, &Scalar::kind);
  return scalar == kScalars.end() ? nullptr : &*scalar;
}

}  // namespace

Result<DataType> ParseTypeName(std::string_view text) { return TypeReader(text).ReadAll(); }

std::string TypeName(const DataType& type) {
  if (const Scalar* scalar = FindScalar(type.kind())) {
    return std::string(scalar->name);
  }
  if (type.kind() == TypeKind::kMap) {
    return "MAP(VARCHAR, VARCHAR)";
  }
  if (type.kind() == TypeKind::kList) {
    return fmt::format("ARRAY<{}>", TypeName(type.fields().front().type));
  }
  std::string fields;
  for (const sql::TypeField& field : type.fields()) {
    fields +=
        fmt::format("{}\"{}\" {}", fields.empty() ? "" : ", ", field.name, TypeName(field.type));
  }
  return fmt::format("STRUCT<{}>", fields);
}

std::string ShortTypeName(const DataType& type) {
  if (const Scalar* scalar = FindScalar(type.kind())) {
    return std::string(scalar->short_name);
  }
  if (type.kind() == TypeKind::kMap) {
    return "map";
  }
  if (type.kind() == TypeKind::kList) {
    return fmt::format("list<{}>", ShortTypeName(type.fields().front().type));
  }
  std::string fields;
  for (const sql::TypeField& field : type.fields()) {
    fields +=
        fmt::format("{}{} {}", fields.empty() ? "" : ", ", field.name, ShortTypeName(field.type));
  }
  return fmt::format("struct<{}>", fields);
}

}  // namespace norma::contract
