#pragma once

/// \file
/// In which unit the columns of a document count.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "norma/extract/scip/document.h"
#include "norma/source/adapter.h"
#include "norma/source/source_file.h"

namespace norma::extract::scip {

enum class UnitSource {
  kDeclared,  ///< the document says so
  kTool,      ///< the tool is known for it
  kVote,      ///< most names on lines that are not ASCII agree
  kDefault,
};

/// declared | tool | vote | default
std::string_view UnitSourceName(UnitSource source);

/// utf8, utf16 or utf32, and how that was found.
struct DocumentUnit {
  source::ColumnUnit unit = source::ColumnUnit::kUtf16;
  UnitSource source = UnitSource::kDefault;

  friend bool operator==(const DocumentUnit&, const DocumentUnit&) = default;
};

/// The unit that a document declares, if its position_encoding is one that the protocol names.
std::optional<DocumentUnit> DeclaredUnit(int32_t position_encoding);

/// The unit of a tool that declares none, if norma knows the tool.
std::optional<DocumentUnit> UnitOfTool(std::string_view tool_name);

/// The adapter that counts in the unit.
source::Adapter AdapterOf(source::ColumnUnit unit);

/// Finds the unit of an index whose documents and tool say nothing: the one in which most names on
/// lines that are not ASCII stand where their symbol says.
class UnitVote {
 public:
  /// \param file the bytes that the document describes.
  void Add(const Document& document, const source::SourceFile& file);

  /// A tie, or no such line, is the default: utf16.
  DocumentUnit Winner() const;

 private:
  std::array<int64_t, 3> matches_ = {};  // utf8, utf16, utf32
};

}  // namespace norma::extract::scip
