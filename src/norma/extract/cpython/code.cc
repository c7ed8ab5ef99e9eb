#include "norma/extract/cpython/code.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "norma/extract/flow/decode.h"
#include "norma/extract/flow/scope_match.h"

namespace norma::extract::cpython {
namespace {

/// A function may be called "listcomp"; only a comprehension has a parameter of this name.
bool IsAnonymous(const Scope& scope, std::span<const Symbol> symbols) {
  return scope.type == "function" &&
         (scope.name == "lambda" || scope.name == "<lambda>" ||
          std::ranges::find(symbols, std::string_view(".0"), &Symbol::name) != symbols.end());
}

std::vector<flow::NamedScope> NamedScopes(const ScopeTree& tree) {
  std::vector<flow::NamedScope> named;
  for (const Scope& scope : tree.scopes) {
    const auto symbols = std::span(tree.symbols).subspan(scope.first_symbol, scope.symbol_count);
    named.push_back({.parent = scope.parent,
                     .name = scope.name,
                     .line = scope.line,
                     .is_anonymous = IsAnonymous(scope, symbols),
                     .is_type_params = scope.type == "type_params"});
  }
  return named;
}

}  // namespace

Result<FileCode> ReadCode(const Sections& sections, const ScopeTree* scopes,
                          const source::SourceFile& file, const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(const std::string_view marshalled, sections.Bytes("CODE"));
  NORMA_ASSIGN_OR_RETURN(flow::CodeUnits units,
                         flow::DecodeUnits(marshalled, greeting.instruction_set, file.file_id));
  FileCode code{.units = std::move(units), .scope_ids = {}};
  code.scope_ids.resize(code.units.units.size());
  if (scopes == nullptr) {
    return code;
  }
  const std::vector<std::string> ids = ScopeIds(*scopes, file, greeting);
  const std::vector<int32_t> matched = flow::MatchScopes(code.units, NamedScopes(*scopes));
  for (size_t unit = 0; unit < matched.size(); ++unit) {
    if (matched[unit] >= 0) {
      code.scope_ids[unit] = ids[static_cast<size_t>(matched[unit])];
    }
  }
  return code;
}

}  // namespace norma::extract::cpython
