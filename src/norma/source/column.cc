#include "norma/source/column.h"

#include <string>

#include "norma/base/unicode.h"

namespace norma::source {
namespace {

int64_t UnitsOf(const Utf8Step& step, ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kByte:
      return step.length;
    case ColumnUnit::kUtf8:
      // A bad part counts as what it is replaced by.
      return step.valid ? step.length : static_cast<int64_t>(kReplacementCharacter.size());
    case ColumnUnit::kUtf16:
      return step.code_point >= 0x10000 ? 2 : 1;
    case ColumnUnit::kUtf32:
      return 1;
  }
  return 1;
}

}  // namespace

std::string_view ColumnUnitName(ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kByte:
      return "byte";
    case ColumnUnit::kUtf8:
      return "utf8";
    case ColumnUnit::kUtf16:
      return "utf16";
    case ColumnUnit::kUtf32:
      return "utf32";
  }
  return "byte";
}

std::optional<ColumnUnit> ColumnUnitFromName(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c != '-' && c != '_') {
      folded.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
  }
  for (const ColumnUnit unit :
       {ColumnUnit::kByte, ColumnUnit::kUtf8, ColumnUnit::kUtf16, ColumnUnit::kUtf32}) {
    if (folded == ColumnUnitName(unit)) {
      return unit;
    }
  }
  return std::nullopt;
}

LineOffset FindColumn(std::string_view line, int64_t column, ColumnUnit unit) {
  if (column < 0) {
    return {};
  }
  int64_t units = 0;
  size_t offset = 0;
  while (units < column && offset < line.size()) {
    if (static_cast<uint8_t>(line[offset]) < 0x80) {
      ++units;
      ++offset;
      continue;
    }
    const Utf8Step step = DecodeUtf8(line.substr(offset));
    units += UnitsOf(step, unit);
    if (units > column) {
      return {LineOffsetKind::kSnapped, static_cast<int64_t>(offset),
              static_cast<int64_t>(offset + step.length)};
    }
    offset += step.length;
  }
  if (units < column) {
    return {};
  }
  return {LineOffsetKind::kExact, static_cast<int64_t>(offset), static_cast<int64_t>(offset)};
}

std::optional<int64_t> ColumnOf(std::string_view line, int64_t offset, ColumnUnit unit) {
  if (offset < 0 || offset > static_cast<int64_t>(line.size())) {
    return std::nullopt;
  }
  int64_t units = 0;
  size_t at = 0;
  while (static_cast<int64_t>(at) < offset) {
    if (static_cast<uint8_t>(line[at]) < 0x80) {
      ++units;
      ++at;
      continue;
    }
    const Utf8Step step = DecodeUtf8(line.substr(at));
    units += UnitsOf(step, unit);
    at += step.length;
  }
  return static_cast<int64_t>(at) == offset ? std::optional(units) : std::nullopt;
}

}  // namespace norma::source
