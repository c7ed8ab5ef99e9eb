#include "norma/extract/treesitter/rows.h"

#include <string>

namespace norma::extract::treesitter {

int64_t RowWriter::LineOf(int64_t offset) {
  constexpr int kNear = 8;  // rows come nearly in order; further away a search is cheaper
  const std::span<const int64_t> starts = file_.lines.starts();
  const int64_t last = file_.lines.line_count() - 1;
  int64_t line = line_;
  for (int step = 0; step < kNear; ++step) {
    if (starts[static_cast<size_t>(line)] > offset) {
      --line;
    } else if (line < last && starts[static_cast<size_t>(line) + 1] <= offset) {
      ++line;
    } else {
      return line;
    }
  }
  return file_.lines.LineOf(offset);
}

void RowWriter::Position(arrow::TableBuilder& table, uint32_t bstart, uint32_t bend) {
  const std::span<const int64_t> starts = file_.lines.starts();
  const int64_t start_line = LineOf(bstart);
  line_ = start_line;
  const int64_t end_line = LineOf(bend);
  source::Position position;
  position.raw_start_line = static_cast<int32_t>(start_line);
  position.raw_start_col = static_cast<int32_t>(bstart - starts[static_cast<size_t>(start_line)]);
  position.raw_end_line = static_cast<int32_t>(end_line);
  position.raw_end_col = static_cast<int32_t>(bend - starts[static_cast<size_t>(end_line)]);
  position.bstart = bstart;
  position.bend = bend;
  position.ok = true;
  position.reason = {};
  source::AppendPosition(table, position);
}

void RowWriter::Owner(arrow::TableBuilder& table, const Analysis& analysis, uint32_t definition) {
  if (definition == kNoDefinition) {
    table.Null();
  } else {
    table.Text(analysis.definitions[definition].id);
  }
}

void RowWriter::Candidates(arrow::TableBuilder& table, std::span<const Candidate> candidates,
                           std::string_view suffix) {
  table.BeginList();
  for (const Candidate& candidate : candidates) {
    table.BeginStruct();
    if (suffix.empty()) {
      table.Text(candidate.name);
    } else {
      std::string name = candidate.name;
      name += suffix;
      table.Text(name);
    }
    table.Text(CandidateSourceName(candidate.source)).EndStruct();
  }
  table.EndList();
}

}  // namespace norma::extract::treesitter
