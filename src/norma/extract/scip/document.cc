#include "norma/extract/scip/document.h"

#include "norma/base/unicode.h"
#include "norma/extract/scip/field.h"
#include "norma/extract/scip/scip.pb.h"

namespace norma::extract::scip {
namespace {

Error Invalid(std::string_view why) { return {ErrorKind::kCorruptData, std::string(why)}; }

/// Keeps one field of a document; the last value of a single field wins, as in any message.
void Keep(const Field& field, Document& document) {
  if (!field.has_bytes) {
    if (field.number == wire::Document::kPositionEncodingFieldNumber) {
      document.position_encoding = static_cast<int32_t>(field.number_value);
    }
    return;
  }
  switch (field.number) {
    case wire::Document::kRelativePathFieldNumber:
      document.relative_path = field.bytes;
      break;
    case wire::Document::kOccurrencesFieldNumber:
      document.occurrences.push_back(field.bytes);
      break;
    case wire::Document::kSymbolsFieldNumber:
      document.symbols.push_back(field.bytes);
      break;
    case wire::Document::kLanguageFieldNumber:
      document.language = field.bytes;
      break;
    case wire::Document::kTextFieldNumber:
      document.text = field.bytes;
      break;
    default:
      break;
  }
}

/// The fixed columns of a row, roughly.
constexpr int64_t kRowBytes = 400;

int64_t RowBytes(const wire::Occurrence& occurrence, const Document& document) {
  const auto path = static_cast<int64_t>(document.relative_path.size());
  return (1 + int64_t{occurrence.diagnostics_size()}) * (kRowBytes + path);
}

int64_t RowBytes(const wire::SymbolInformation& symbol) {
  const auto name = static_cast<int64_t>(symbol.symbol().size());
  return kRowBytes + int64_t{symbol.relationships_size()} * (kRowBytes + name);
}

template <typename Message>
bool Parse(std::string_view part, Message& message) {
  return part.size() <= kMaxPartBytes &&
         message.ParseFromArray(part.data(), static_cast<int>(part.size()));
}

}  // namespace

Result<Document> SplitDocument(std::string_view bytes) {
  if (static_cast<int64_t>(bytes.size()) > kMaxDocumentBytes) {
    return Invalid("the document is larger than 64 MiB");
  }
  constexpr size_t kMaxParts = kMaxRowBytes / kRowBytes;
  Document document;
  bool too_many = false;
  const bool is_message = ForEachField(bytes, [&](const Field& field) {
    too_many = document.occurrences.size() + document.symbols.size() > kMaxParts;
    if (!too_many) {
      Keep(field, document);
    }
  });
  if (!is_message) {
    return Invalid("the document is not a message of the protocol");
  }
  if (too_many) {
    return Invalid("the document has too many facts");
  }
  if (document.relative_path.empty() || document.relative_path.size() > kMaxPathBytes) {
    return Invalid("the document has no usable path");
  }
  for (const std::string_view text : {document.relative_path, document.language, document.text}) {
    if (!IsValidUtf8(text)) {
      return Invalid("a text of the document is not UTF-8");
    }
  }
  return document;
}

Status CheckParts(const Document& document) {
  int64_t row_bytes = 0;
  wire::Occurrence occurrence;
  for (const std::string_view part : document.occurrences) {
    if (!Parse(part, occurrence)) {
      return Invalid("an occurrence of the document is not valid");
    }
    row_bytes += RowBytes(occurrence, document);
  }
  wire::SymbolInformation symbol;
  for (const std::string_view part : document.symbols) {
    if (!ParseSymbol(part, symbol)) {
      return Invalid("a symbol of the document is not valid");
    }
    row_bytes += RowBytes(symbol);
  }
  if (row_bytes > kMaxRowBytes) {
    return Invalid("the document has too many facts");
  }
  return {};
}

bool ParseSymbol(std::string_view part, wire::SymbolInformation& symbol) {
  return Parse(part, symbol) && RowBytes(symbol) <= kMaxRowBytes;
}

std::string_view PathFromStart(std::string_view bytes) {
  std::string_view path;
  // The bytes end anywhere, so that they are no whole message is no news.
  static_cast<void>(ForEachField(bytes, [&](const Field& field) {
    if (field.has_bytes && field.number == wire::Document::kRelativePathFieldNumber) {
      path = field.bytes;
    }
  }));
  return path.size() <= kMaxPathBytes && IsValidUtf8(path) ? path : std::string_view();
}

}  // namespace norma::extract::scip
