#pragma once

/// \file
/// Checked views of what a worker sent: nothing in it is believed.

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "norma/base/result.h"

namespace norma::extract::cpython {

static_assert(std::endian::native == std::endian::little, "frames hold little-endian integers");

/// Integers of a section, read from the front. The bytes belong to the frame.
class IntegerColumn {
 public:
  IntegerColumn() = default;
  /// \return kCorruptData if the section is no whole number of integers.
  static Result<IntegerColumn> Make(std::string_view section);

  /// Integers that are left.
  size_t size() const { return bytes_.size() / sizeof(int32_t); }
  bool empty() const { return bytes_.empty(); }
  /// Takes the next one; nothing at the end.
  std::optional<int32_t> Next() {
    if (bytes_.empty()) {
      return std::nullopt;
    }
    return Take();
  }
  /// Takes the next one; only when size() > 0.
  int32_t Take() {
    int32_t value = 0;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }

 private:
  explicit IntegerColumn(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

/// Texts of a section, read from the front. The bytes belong to the frame.
class TextColumn {
 public:
  TextColumn() = default;
  /// \return kCorruptData if the section is not UTF-8 or its last text has no end.
  static Result<TextColumn> Make(std::string_view section);

  bool empty() const { return bytes_.empty(); }
  /// Takes the next one; nothing at the end.
  std::optional<std::string_view> Next() {
    if (bytes_.empty()) {
      return std::nullopt;
    }
    const std::string_view text = bytes_.substr(0, bytes_.find('\0'));
    bytes_.remove_prefix(text.size() + 1);
    return text;
  }

 private:
  explicit TextColumn(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

/// The sections of one frame. The bytes belong to the caller.
class Sections {
 public:
  /// \return kCorruptData if lengths contradict each other or a tag comes twice.
  static Result<Sections> Make(std::string_view payload);

  /// The content of a section; nothing if the frame has none of that tag.
  std::optional<std::string_view> Find(std::string_view tag) const;
  /// \return kCorruptData if the section is missing or malformed.
  Result<IntegerColumn> Integers(std::string_view tag) const;
  Result<TextColumn> Texts(std::string_view tag) const;
  Result<std::string_view> Bytes(std::string_view tag) const;

 private:
  static constexpr size_t kMaxSections = 16;
  struct Section {
    std::string_view tag;
    std::string_view content;
  };
  Section sections_[kMaxSections];
  size_t count_ = 0;
};

/// The error of an answer that breaks the protocol.
Error Malformed(std::string_view what);

}  // namespace norma::extract::cpython
