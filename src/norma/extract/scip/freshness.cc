#include "norma/extract/scip/freshness.h"

#include "norma/base/unicode.h"

namespace norma::extract::scip {
namespace {

/// Below this many checks only a document without any match is stale.
constexpr int32_t kFewChecks = 5;

/// The name that ends the text, without its backquotes; empty if there is none.
std::string LastName(std::string_view text) {
  if (!text.ends_with('`')) {
    const size_t before = text.find_last_of(" `/#.:!()[]");
    return std::string(text.substr(before == std::string_view::npos ? 0 : before + 1));
  }
  std::string reversed;
  for (size_t i = text.size() - 1; i-- > 0;) {
    if (text[i] == '`') {
      if (i == 0 || text[i - 1] != '`') {
        return {reversed.rbegin(), reversed.rend()};
      }
      --i;  // a doubled backquote is one that belongs to the name
    }
    reversed.push_back(text[i]);
  }
  return {};
}

/// The symbol up to the end of its last descriptor's name; empty if that is not checked.
std::string_view UpToLastName(std::string_view symbol) {
  if (symbol.starts_with("local ") || symbol.empty()) {
    return {};
  }
  const char suffix = symbol.back();
  symbol.remove_suffix(1);
  if (suffix == '.' && symbol.ends_with(')')) {  // name(disambiguator).
    const size_t open = symbol.rfind('(');
    return symbol.substr(0, open == std::string_view::npos ? 0 : open);
  }
  const bool is_checked = suffix == '#' || suffix == '.' || suffix == '!' || suffix == ']';
  return is_checked ? symbol : std::string_view();
}

}  // namespace

std::optional<std::string> CheckedName(std::string_view symbol) {
  std::string name = LastName(UpToLastName(symbol));
  return IsIdentifier(name) ? std::optional(std::move(name)) : std::nullopt;
}

bool Shows(const source::SourceFile& file, const source::Position& position,
           std::string_view name) {
  return position.ok && file.Slice(*position.bstart, *position.bend) == name;
}

std::optional<float> Freshness::Share() const {
  return checked == 0 ? std::nullopt
                      : std::optional(static_cast<float>(matched) / static_cast<float>(checked));
}

bool Freshness::IsStale() const {
  if (int64_t{out_of_range} * 100 > occurrences) {
    return true;
  }
  if (text_matches.has_value()) {
    return !*text_matches;
  }
  return checked < kFewChecks ? checked > 0 && matched == 0
                              : int64_t{matched} * 10 < int64_t{checked} * 9;
}

bool TextMatches(std::string_view text, const source::SourceFile& file) {
  std::string_view bytes = file.bytes;
  if (file.encoding.bom && !text.starts_with(source::kUtf8Mark)) {
    bytes.remove_prefix(source::kUtf8Mark.size());
  }
  return text == bytes || (!file.encoding.utf8_valid && text == ToValidUtf8(bytes));
}

}  // namespace norma::extract::scip
