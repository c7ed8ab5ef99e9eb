#pragma once

/// \file
/// Whether a document still describes its file: do names stand where it says?

#include <optional>
#include <string>
#include <string_view>

#include "norma/source/position.h"
#include "norma/source/source_file.h"

namespace norma::extract::scip {

/// The identifier that an occurrence of the symbol shows in the source.
///
/// \return nothing for a local symbol, a namespace, a parameter, a meta descriptor, and a last
///     descriptor that is no Python identifier.
///
/// Source: scip.proto, grammar of `Symbol`.
std::optional<std::string> CheckedName(std::string_view symbol);

/// Whether the place is exact and its text is `name`.
bool Shows(const source::SourceFile& file, const source::Position& position, std::string_view name);

/// What the occurrences of a document came to.
struct Freshness {
  int32_t occurrences = 0;
  int32_t out_of_range = 0;
  int32_t checked = 0;
  int32_t matched = 0;
  std::optional<bool> text_matches;  ///< absent if the index does not carry the file

  /// matched by checked; nothing if none was checked.
  std::optional<float> Share() const;
  /// Whether the document describes another state of its file, which is there.
  bool IsStale() const;
};

/// Whether a document's own text is that of the file, byte order mark or not.
bool TextMatches(std::string_view text, const source::SourceFile& file);

}  // namespace norma::extract::scip
