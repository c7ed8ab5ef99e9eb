#include "norma/contract/column_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace norma::contract {
namespace {

constexpr size_t kMaxPlainNameBytes = 63;

Error NoSuchPlace(const ColumnPath& path) {
  return Error{ErrorKind::kInvalidArgument,
               fmt::format("there is no such place in the column's type: {}", path.ToString())};
}

}  // namespace

bool IsPlainName(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kMaxPlainNameBytes && is_letter(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Result<ColumnPath> ColumnPath::Parse(std::string_view text) {
  ColumnPath path;
  const size_t column_end = std::min(text.find_first_of(".["), text.size());
  path.column_ = text.substr(0, column_end);
  bool ok = IsPlainName(path.column_);
  std::string_view rest = text.substr(column_end);
  while (ok && !rest.empty()) {
    if (rest.starts_with("[]")) {
      path.steps_.push_back({});
      rest.remove_prefix(2);
      continue;
    }
    const size_t end = std::min(rest.find_first_of(".[", 1), rest.size());
    const std::string_view field = rest.substr(1, end - 1);
    ok = rest.front() == '.' && IsPlainName(field);
    path.steps_.push_back({std::string(field)});
    rest.remove_prefix(end);
  }
  if (!ok) {
    return Error{ErrorKind::kInvalidArgument, fmt::format("not a column path: {}", text)};
  }
  return path;
}

bool ColumnPath::has_items() const { return std::ranges::any_of(steps_, &Step::is_item); }

std::string ColumnPath::ToString() const {
  std::string text = column_;
  for (const Step& step : steps_) {
    text += step.is_item() ? "[]" : "." + step.field;
  }
  return text;
}

Result<sql::DataType> ColumnPath::TypeIn(const sql::DataType& column_type) const {
  sql::DataType type = column_type;
  for (const Step& step : steps_) {
    if (step.is_item()) {
      if (type.kind() != sql::TypeKind::kList) {
        return NoSuchPlace(*this);
      }
      type = sql::DataType(type.fields().front().type);
      continue;
    }
    if (type.kind() != sql::TypeKind::kStruct) {
      return NoSuchPlace(*this);
    }
    const auto field = std::ranges::find(type.fields(), step.field, &sql::TypeField::name);
    if (field == type.fields().end()) {
      return NoSuchPlace(*this);
    }
    type = sql::DataType(field->type);
  }
  return type;
}

}  // namespace norma::contract
