#include "norma/extract/cpython/columns.h"

#include <fmt/format.h>

#include "norma/base/unicode.h"

namespace norma::extract::cpython {
namespace {

constexpr size_t kTagBytes = 4;

}  // namespace

Error Malformed(std::string_view what) {
  return Error{ErrorKind::kCorruptData, fmt::format("the worker's answer is malformed: {}", what)};
}

Result<IntegerColumn> IntegerColumn::Make(std::string_view section) {
  if (section.size() % sizeof(int32_t) != 0) {
    return Malformed("a column of integers has a torn end");
  }
  return IntegerColumn(section);
}

Result<TextColumn> TextColumn::Make(std::string_view section) {
  if (!section.empty() && section.back() != '\0') {
    return Malformed("a column of texts has a torn end");
  }
  if (!IsValidUtf8(section)) {
    return Malformed("a column of texts is not UTF-8");
  }
  return TextColumn(section);
}

Result<Sections> Sections::Make(std::string_view payload) {
  Sections sections;
  while (!payload.empty()) {
    uint32_t size = 0;
    if (payload.size() < kTagBytes + sizeof size || sections.count_ == kMaxSections) {
      return Malformed("a section has a torn head, or there are too many");
    }
    const std::string_view tag = payload.substr(0, kTagBytes);
    std::memcpy(&size, payload.data() + kTagBytes, sizeof size);
    payload.remove_prefix(kTagBytes + sizeof size);
    if (size > payload.size() || sections.Find(tag).has_value()) {
      return Malformed("a section is too long or comes twice");
    }
    sections.sections_[sections.count_++] = {tag, payload.substr(0, size)};
    payload.remove_prefix(size);
  }
  return sections;
}

std::optional<std::string_view> Sections::Find(std::string_view tag) const {
  for (size_t i = 0; i < count_; ++i) {
    if (sections_[i].tag == tag) {
      return sections_[i].content;
    }
  }
  return std::nullopt;
}

Result<std::string_view> Sections::Bytes(std::string_view tag) const {
  const std::optional<std::string_view> content = Find(tag);
  if (!content.has_value()) {
    return Malformed(fmt::format("a section is missing: {}", tag));
  }
  return *content;
}

Result<IntegerColumn> Sections::Integers(std::string_view tag) const {
  NORMA_ASSIGN_OR_RETURN(const std::string_view content, Bytes(tag));
  return IntegerColumn::Make(content);
}

Result<TextColumn> Sections::Texts(std::string_view tag) const {
  NORMA_ASSIGN_OR_RETURN(const std::string_view content, Bytes(tag));
  return TextColumn::Make(content);
}

}  // namespace norma::extract::cpython
