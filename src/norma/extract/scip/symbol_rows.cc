#include "norma/extract/scip/symbol_rows.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "norma/extract/scip/document.h"
#include "norma/extract/scip/scip.pb.h"
#include "norma/extract/scip/type_text.h"

namespace norma::extract::scip {
namespace {

constexpr std::string_view kExternal = "external";
/// Rows that wait for `filled`, in bytes of their texts or in number.
constexpr int64_t kBytesAtATime = 4 << 20;
constexpr int64_t kRowsAtATime = 8192;

/// Its name in the protocol; "Unknown" for a number that this version of norma does not know.
std::string KindName(int kind) {
  return wire::SymbolInformation::Kind_IsValid(kind)
             ? wire::SymbolInformation::Kind_Name(static_cast<wire::SymbolInformation::Kind>(kind))
             : "Unknown";
}

std::optional<std::string_view> TypeTextOf(const wire::SymbolInformation& symbol) {
  for (const std::string& text : symbol.documentation()) {
    if (const std::optional<std::string_view> block = FencedBlock(text)) {
      return TypeOfBlock(*block);
    }
  }
  return std::nullopt;
}

/// Who says it: the two columns that the rows of a document or of the externals share.
struct Owner {
  std::string_view index_id;
  std::string_view document_key;

  std::optional<std::string_view> document_id() const {
    return document_key == kExternal ? std::nullopt : std::optional(document_key);
  }
};

void AppendSymbol(const Owner& owner, const wire::SymbolInformation& symbol,
                  arrow::TableBuilder& builder) {
  builder.Text(owner.index_id)
      .OptionalText(owner.document_id())
      .Text(owner.document_key)
      .Text(symbol.symbol())
      .OptionalText(OrNull(symbol.display_name()))
      .Int32(symbol.kind())
      .Text(KindName(symbol.kind()))
      .OptionalText(OrNull(symbol.enclosing_symbol()))
      .BeginList();
  for (const std::string& text : symbol.documentation()) {
    builder.Text(text);
  }
  builder.EndList()
      .OptionalText(OrNull(symbol.signature_documentation().text()))
      .OptionalText(OrNull(symbol.signature_documentation().language()))
      .OptionalText(TypeTextOf(symbol))
      .EndRow();
}

/// What is said about one pair; what is said again is merged by OR.
struct Relation {
  bool is_reference = false;
  bool is_implementation = false;
  bool is_type_definition = false;
  bool is_definition = false;
};

using Relations = std::map<std::string, Relation>;

void AddRelations(const wire::SymbolInformation& symbol, Relations& relations) {
  for (const wire::Relationship& related : symbol.relationships()) {
    Relation& relation = relations[related.symbol()];
    relation.is_reference |= related.is_reference();
    relation.is_implementation |= related.is_implementation();
    relation.is_type_definition |= related.is_type_definition();
    relation.is_definition |= related.is_definition();
  }
}

void AppendRelations(const Owner& owner, const std::string& symbol, const Relations& relations,
                     arrow::TableBuilder& builder) {
  for (const auto& [related, relation] : relations) {
    builder.Text(owner.index_id)
        .Text(owner.document_key)
        .Text(symbol)
        .Text(related)
        .Bool(relation.is_reference)
        .Bool(relation.is_implementation)
        .Bool(relation.is_type_definition)
        .Bool(relation.is_definition)
        .EndRow();
  }
}

/// The rows of all indexes. For one call.
class SymbolRows {
 public:
  SymbolRows(EvidenceTables& tables, const std::function<Status()>& filled,
             const std::atomic<bool>& stop)
      : tables_(tables), filled_(filled), stop_(stop) {}

  /// The symbols of an index: its documents by id, and the externals between them where their key
  /// belongs.
  Status AddIndex(const Index& index) {
    AppendIndex(index.summary());
    const auto documents = index.documents();
    const auto middle = std::ranges::lower_bound(documents, kExternal, {}, [](const auto& entry) {
      return std::string_view(entry.document_id);
    });
    for (auto entry = documents.begin(); entry != middle; ++entry) {
      NORMA_RETURN_IF_ERROR(AddDocument(index, *entry));
    }
    for (const ExternalEntry& entry : index.externals()) {
      NORMA_RETURN_IF_ERROR(AddExternal(index, entry));
    }
    for (auto entry = middle; entry != documents.end(); ++entry) {
      NORMA_RETURN_IF_ERROR(AddDocument(index, *entry));
    }
    return index.CheckUnchanged();
  }

 private:
  void AppendIndex(const IndexSummary& summary) {
    tables_[EvidenceTable::kScipIndexes]
        .Text(summary.index_id)
        .Text(summary.label)
        .Text(summary.sha256)
        .Int32(summary.protocol_version)
        .Text(summary.tool_name)
        .Text(summary.tool_version)
        .Int32(summary.text_document_encoding)
        .Int64(summary.document_count)
        .Int64(summary.occurrence_count)
        .Int64(summary.symbol_count)
        .Int64(summary.external_symbol_count)
        .EndRow();
  }

  Status AddDocument(const Index& index, const DocumentEntry& entry) {
    NORMA_ASSIGN_OR_RETURN(const std::string bytes, index.Read(entry.extent));
    const Result<Document> document = SplitDocument(bytes);
    if (!document.ok()) {
      return index.CheckUnchanged();  // it was valid before
    }
    struct Part {
      std::string symbol;
      std::string_view bytes;
    };
    std::vector<Part> parts;
    for (const std::string_view part : document.value().symbols) {
      Parse(part);
      parts.push_back({symbol_.symbol(), part});
    }
    std::ranges::stable_sort(parts, {}, &Part::symbol);
    const Owner owner{index.summary().index_id, entry.document_id};
    for (size_t begin = 0; begin < parts.size();) {
      Parse(parts[begin].bytes);
      AppendSymbol(owner, symbol_, tables_[EvidenceTable::kScipSymbolInformation]);
      Relations relations;
      size_t end = begin;
      for (; end < parts.size() && parts[end].symbol == parts[begin].symbol; ++end) {
        Parse(parts[end].bytes);
        AddRelations(symbol_, relations);
      }
      AppendRelations(owner, parts[begin].symbol, relations,
                      tables_[EvidenceTable::kScipRelationships]);
      begin = end;
    }
    return TakeIfFilled();
  }

  Status AddExternal(const Index& index, const ExternalEntry& entry) {
    NORMA_ASSIGN_OR_RETURN(const std::string bytes, index.Read(entry.extent));
    Parse(bytes);
    const Owner owner{index.summary().index_id, kExternal};
    AppendSymbol(owner, symbol_, tables_[EvidenceTable::kScipSymbolInformation]);
    Relations relations;
    AddRelations(symbol_, relations);
    AppendRelations(owner, entry.symbol, relations, tables_[EvidenceTable::kScipRelationships]);
    return TakeIfFilled();
  }

  /// The part was valid when the index was opened.
  void Parse(std::string_view part) {
    static_cast<void>(symbol_.ParseFromArray(part.data(), static_cast<int>(part.size())));
  }

  Status TakeIfFilled() {
    if (stop_) {
      return Error{ErrorKind::kCancelled, "the run was stopped"};
    }
    const int64_t bytes = tables_[EvidenceTable::kScipSymbolInformation].bytes() +
                          tables_[EvidenceTable::kScipRelationships].bytes();
    return tables_.rows() >= kRowsAtATime || bytes >= kBytesAtATime ? filled_() : Status();
  }

  EvidenceTables& tables_;
  const std::function<Status()>& filled_;
  const std::atomic<bool>& stop_;
  wire::SymbolInformation symbol_;
};

}  // namespace

Status AppendSymbols(const IndexSet& indexes, EvidenceTables& tables,
                     const std::function<Status()>& filled, const std::atomic<bool>& stop) {
  SymbolRows rows(tables, filled, stop);
  for (const Index& index : indexes.indexes()) {
    NORMA_RETURN_IF_ERROR(rows.AddIndex(index));
  }
  return filled();
}

}  // namespace norma::extract::scip
