#include "norma/extract/scip/unit.h"

#include <algorithm>

#include "norma/extract/scip/freshness.h"
#include "norma/extract/scip/range.h"

namespace norma::extract::scip {
namespace {

using source::Adapter;
using source::ColumnUnit;

constexpr std::array<ColumnUnit, 3> kUnits = {ColumnUnit::kUtf8, ColumnUnit::kUtf16,
                                              ColumnUnit::kUtf32};

}  // namespace

std::string_view UnitSourceName(UnitSource source) {
  switch (source) {
    case UnitSource::kDeclared:
      return "declared";
    case UnitSource::kTool:
      return "tool";
    case UnitSource::kVote:
      return "vote";
    case UnitSource::kDefault:
      return "default";
  }
  return "default";
}

std::optional<DocumentUnit> DeclaredUnit(int32_t position_encoding) {
  if (position_encoding < 1 || position_encoding > static_cast<int32_t>(kUnits.size())) {
    return std::nullopt;
  }
  return DocumentUnit{kUnits[static_cast<size_t>(position_encoding) - 1], UnitSource::kDeclared};
}

std::optional<DocumentUnit> UnitOfTool(std::string_view tool_name) {
  // Both count the code units of JavaScript's strings.
  if (tool_name == "scip-python" || tool_name == "scip-typescript") {
    return DocumentUnit{ColumnUnit::kUtf16, UnitSource::kTool};
  }
  return std::nullopt;
}

Adapter AdapterOf(ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kByte:
    case ColumnUnit::kUtf8:
      return Adapter::kScipUtf8;
    case ColumnUnit::kUtf16:
      return Adapter::kScipUtf16;
    case ColumnUnit::kUtf32:
      return Adapter::kScipUtf32;
  }
  return Adapter::kScipUtf16;
}

void UnitVote::Add(const Document& document, const source::SourceFile& file) {
  if (file.lines.ascii()) {
    return;
  }
  wire::Occurrence occurrence;
  for (const std::string_view part : document.occurrences) {
    if (!occurrence.ParseFromArray(part.data(), static_cast<int>(part.size()))) {
      continue;
    }
    const Range range = RangeOf(occurrence);
    const std::optional<std::string> name = CheckedName(occurrence.symbol());
    if (!name.has_value() || range.empty() || range.front() < 0 ||
        range.front() >= file.lines.line_count() || file.lines.IsAsciiLine(range.front())) {
      continue;
    }
    for (size_t i = 0; i < kUnits.size(); ++i) {
      const source::Position position = PositionOf(range, &file, AdapterOf(kUnits[i]));
      matches_[i] += Shows(file, position, *name) ? 1 : 0;
    }
  }
}

DocumentUnit UnitVote::Winner() const {
  const auto most = std::ranges::max_element(matches_);
  if (std::ranges::count(matches_, *most) > 1) {
    return {};
  }
  return {kUnits[static_cast<size_t>(most - matches_.begin())], UnitSource::kVote};
}

}  // namespace norma::extract::scip
