#pragma once

/// \file
/// One document of an index, taken apart and checked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/scip/scip.pb.h"

namespace norma::extract::scip {

inline constexpr int64_t kMaxDocumentBytes = int64_t{64} << 20;
/// Of one occurrence or symbol: what is parsed at a time.
inline constexpr size_t kMaxPartBytes = size_t{4} << 20;
/// What the rows of a document may take in memory: more than a million ordinary facts. It bounds
/// messages that are small only because the rows repeat a part of them.
inline constexpr int64_t kMaxRowBytes = int64_t{512} << 20;
inline constexpr size_t kMaxPathBytes = 4096;

/// A document's own fields, and its parts as they are serialised. Views into the bytes that it was
/// split from.
struct Document {
  std::string_view relative_path;
  std::string_view language;
  std::string_view text;  ///< empty if the index does not carry the file
  int32_t position_encoding = 0;
  std::vector<std::string_view> occurrences;
  std::vector<std::string_view> symbols;
};

/// Takes a serialised document apart. Parses no part.
/// \return kCorruptData, with a message without positions: no message, a text that is not UTF-8, a
///     limit exceeded.
Result<Document> SplitDocument(std::string_view bytes);

/// Whether every part of the document can be parsed and the limits hold.
/// \return kCorruptData, with a message without positions.
Status CheckParts(const Document& document);

/// Whether one description of a symbol can be parsed and the limits hold; `symbol` is then it.
bool ParseSymbol(std::string_view part, wire::SymbolInformation& symbol);

/// An optional text of the protocol, which knows no NULL.
inline std::optional<std::string_view> OrNull(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

/// The path of a document, from its first bytes alone: for one that is too large to be read.
/// \return empty if they hold none.
std::string_view PathFromStart(std::string_view bytes);

}  // namespace norma::extract::scip
