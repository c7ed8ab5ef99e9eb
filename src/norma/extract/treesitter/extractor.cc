#include "norma/extract/treesitter/extractor.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "norma/base/id.h"
#include "norma/extract/treesitter/analysis.h"
#include "norma/extract/treesitter/grammar.h"
#include "norma/extract/treesitter/parser.h"
#include "norma/extract/treesitter/parser_memory.h"
#include "norma/extract/treesitter/tables.h"
#include "norma/source/adapter.h"

namespace norma::extract::treesitter {
namespace {

/// Raised whenever the rows of an unchanged file change, so that stored evidence is made anew.
constexpr int kExtractorVersion = 1;

/// What a node of the copied tree takes at most while the rows are made: itself, its name, its part
/// of what a row is made from.
constexpr int64_t kBytesPerNode = 160;

/// The part of the memory that dotted names may take: one of several copies.
constexpr int64_t kNameShare = 8;

/// The nodes of a tree whose memory is kept for the next file.
constexpr uint32_t kMostKeptNodes = 1 << 17;

constexpr std::array kOurTables = {
    EvidenceTable::kCstParseErrors, EvidenceTable::kCstDefs,       EvidenceTable::kCstImports,
    EvidenceTable::kCstCallsites,   EvidenceTable::kCstCallArgs,   EvidenceTable::kCstRefs,
    EvidenceTable::kCstTypeExprs,   EvidenceTable::kCstDocstrings, EvidenceTable::kCstDecorators,
    EvidenceTable::kTsErrors,       EvidenceTable::kTsMissing,
};

int64_t CountRows(EvidenceTables& tables) {
  int64_t rows = 0;
  for (const EvidenceTable table : kOurTables) {
    rows += tables[table].rows();
  }
  return rows;
}

void AppendNoTree(const source::SourceFile& file, const NoTree& no_tree, EvidenceTables& tables,
                  Outcome& outcome) {
  constexpr std::string_view kParser = "treesitter";
  arrow::TableBuilder& table = tables[EvidenceTable::kCstParseErrors];
  table.Text(file.file_id)
      .Text(file.path)
      .Text(IdBuilder("parse_error").Text(file.file_id).Text(kParser).Text(outcome.py_tag).Build())
      .Text(kParser)
      .Text(outcome.py_tag)
      .Text("NoTree")
      .Text(no_tree.message)
      .Text("byte");
  const source::Position position = no_tree.offset < 0
                                        ? source::Position{}
                                        : source::FromBytes(file, no_tree.offset, no_tree.offset);
  source::AppendPosition(table, position);
  table.EndRow();
  Failure failure;
  failure.stage = "parse";
  failure.code = no_tree.code;
  failure.message = no_tree.message;
  failure.position = position;
  outcome.failures.push_back(std::move(failure));
  outcome.status = FileStatus::kFailed;
}

}  // namespace

struct Extractor::State {
  Grammar grammar;
  Parser parser;
  int64_t memory_bytes;
  Analysis analysis;
  FlatMap ordinals;

  /// Fills the analysis.
  std::optional<NoTree> Read(const source::SourceFile& file, SourceText& text);
  /// Fills analysis.tree. Nothing of tree-sitter's own tree, which is several times as large, is
  /// left when it returns.
  std::optional<NoTree> ReadTree(const source::SourceFile& file);
};

std::optional<NoTree> Extractor::State::Read(const source::SourceFile& file, SourceText& text) {
  if (std::optional<NoTree> no_tree = ReadTree(file); no_tree.has_value()) {
    return no_tree;
  }
  if (analysis.tree.size() > kMostKeptNodes) {
    malloc_trim(0);  // What tree-sitter freed is in small pieces, which nothing below can use.
  }
  if (!Analyze(file, text, analysis, memory_bytes / kNameShare)) {
    return LackOfMemory();
  }
  return std::nullopt;
}

std::optional<NoTree> Extractor::State::ReadTree(const source::SourceFile& file) {
  const int64_t before = ParserMemory();
  const std::variant<Tree, NoTree> parsed =
      parser.Parse(file, {.cpu_ns = ParseBudgetNs(file.size()), .memory_bytes = memory_bytes});
  if (const auto* no_tree = std::get_if<NoTree>(&parsed); no_tree != nullptr) {
    return *no_tree;
  }
  const TSTree& tree = *std::get<Tree>(parsed);
  const int64_t nodes = ts_node_descendant_count(ts_tree_root_node(&tree));
  const int64_t copied = ParserMemory() - before + nodes * int64_t{sizeof(Node)};
  if (std::max(copied, nodes * kBytesPerNode) > memory_bytes) {
    return LackOfMemory();
  }
  analysis.tree.Build(tree, grammar);
  return std::nullopt;
}

Extractor::Extractor(std::unique_ptr<State> state) : state_(std::move(state)) {}
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;
Extractor::~Extractor() = default;

Result<Extractor> Extractor::Make(int64_t memory_bytes) {
  NORMA_ASSIGN_OR_RETURN(Grammar grammar, Grammar::Make());
  NORMA_ASSIGN_OR_RETURN(Parser parser, Parser::Make(grammar));
  return Extractor(std::make_unique<State>(State{.grammar = std::move(grammar),
                                                 .parser = std::move(parser),
                                                 .memory_bytes = memory_bytes,
                                                 .analysis = {},
                                                 .ordinals = {}}));
}

Outcome Extractor::Extract(const source::SourceFile& file, EvidenceTables& tables) {
  Outcome outcome;
  outcome.producer = "treesitter";
  outcome.producer_version = fmt::format("{}+{}", state_->grammar.version(), kExtractorVersion);
  const int64_t rows_before = CountRows(tables);
  SourceText text(file);
  if (const std::optional<NoTree> no_tree = state_->Read(file, text); no_tree.has_value()) {
    AppendNoTree(file, *no_tree, tables, outcome);
  } else {
    Analysis& analysis = state_->analysis;
    Resolver resolver(file, analysis);
    RowWriter rows(file);
    const FileFacts facts{state_->grammar, file, text, analysis, resolver, rows, state_->ordinals};
    AppendDefinitions(facts, tables);
    AppendImports(facts, tables);
    AppendCalls(facts, tables);
    AppendReferences(facts, tables);
    AppendTypeExpressions(facts, tables);
    AppendDocstrings(facts, tables);
    AppendErrors(facts, tables);
    outcome.status = analysis.tree.has_error() ? FileStatus::kPartial : FileStatus::kOk;
  }
  outcome.row_count = CountRows(tables) - rows_before;
  if (state_->analysis.tree.size() > kMostKeptNodes) {
    state_->analysis = {};
    state_->ordinals = {};
  }
  return outcome;
}

}  // namespace norma::extract::treesitter
