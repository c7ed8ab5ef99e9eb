#include "norma/extract/treesitter/grammar.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace norma::extract::treesitter {
namespace {

constexpr auto kKindNames = std::to_array<std::pair<std::string_view, Kind>>({
    {"aliased_import", Kind::kAliasedImport},
    {"argument_list", Kind::kArgumentList},
    {"as_pattern", Kind::kAsPattern},
    {"as_pattern_target", Kind::kAsPatternTarget},
    {"assignment", Kind::kAssignment},
    {"attribute", Kind::kAttribute},
    {"augmented_assignment", Kind::kAugmentedAssignment},
    {"await", Kind::kAwait},
    {"block", Kind::kBlock},
    {"call", Kind::kCall},
    {"case_clause", Kind::kCaseClause},
    {"case_pattern", Kind::kCasePattern},
    {"class_definition", Kind::kClassDefinition},
    {"class_pattern", Kind::kClassPattern},
    {"comment", Kind::kComment},
    {"concatenated_string", Kind::kConcatenatedString},
    {"decorated_definition", Kind::kDecoratedDefinition},
    {"decorator", Kind::kDecorator},
    {"default_parameter", Kind::kDefaultParameter},
    {"delete_statement", Kind::kDeleteStatement},
    {"dictionary", Kind::kDictionary},
    {"dictionary_comprehension", Kind::kDictionaryComprehension},
    {"dictionary_splat", Kind::kDictionarySplat},
    {"dictionary_splat_pattern", Kind::kDictionarySplatPattern},
    {"dotted_name", Kind::kDottedName},
    {"elif_clause", Kind::kElifClause},
    {"ellipsis", Kind::kEllipsis},
    {"else_clause", Kind::kElseClause},
    {"except_clause", Kind::kExceptClause},
    {"expression_list", Kind::kExpressionList},
    {"expression_statement", Kind::kExpressionStatement},
    {"false", Kind::kFalse},
    {"finally_clause", Kind::kFinallyClause},
    {"float", Kind::kFloat},
    {"for_in_clause", Kind::kForInClause},
    {"for_statement", Kind::kForStatement},
    {"function_definition", Kind::kFunctionDefinition},
    {"future_import_statement", Kind::kFutureImportStatement},
    {"generator_expression", Kind::kGeneratorExpression},
    {"generic_type", Kind::kGenericType},
    {"global_statement", Kind::kGlobalStatement},
    {"identifier", Kind::kIdentifier},
    {"if_statement", Kind::kIfStatement},
    {"import_from_statement", Kind::kImportFromStatement},
    {"import_prefix", Kind::kImportPrefix},
    {"import_statement", Kind::kImportStatement},
    {"integer", Kind::kInteger},
    {"keyword_argument", Kind::kKeywordArgument},
    {"keyword_pattern", Kind::kKeywordPattern},
    {"lambda", Kind::kLambda},
    {"lambda_parameters", Kind::kLambdaParameters},
    {"line_continuation", Kind::kLineContinuation},
    {"keyword_separator", Kind::kKeywordSeparator},
    {"list", Kind::kList},
    {"list_comprehension", Kind::kListComprehension},
    {"list_pattern", Kind::kListPattern},
    {"list_splat", Kind::kListSplat},
    {"list_splat_pattern", Kind::kListSplatPattern},
    {"match_statement", Kind::kMatchStatement},
    {"member_type", Kind::kMemberType},
    {"module", Kind::kModule},
    {"named_expression", Kind::kNamedExpression},
    {"none", Kind::kNone},
    {"nonlocal_statement", Kind::kNonlocalStatement},
    {"parameters", Kind::kParameters},
    {"parenthesized_expression", Kind::kParenthesizedExpression},
    {"pattern_list", Kind::kPatternList},
    {"positional_separator", Kind::kPositionalSeparator},
    {"relative_import", Kind::kRelativeImport},
    {"set", Kind::kSet},
    {"set_comprehension", Kind::kSetComprehension},
    {"splat_pattern", Kind::kSplatPattern},
    {"string", Kind::kString},
    {"string_content", Kind::kStringContent},
    {"subscript", Kind::kSubscript},
    {"true", Kind::kTrue},
    {"try_statement", Kind::kTryStatement},
    {"tuple", Kind::kTuple},
    {"tuple_pattern", Kind::kTuplePattern},
    {"type", Kind::kType},
    {"type_alias_statement", Kind::kTypeAliasStatement},
    {"type_parameter", Kind::kTypeParameter},
    {"typed_default_parameter", Kind::kTypedDefaultParameter},
    {"typed_parameter", Kind::kTypedParameter},
    {"while_statement", Kind::kWhileStatement},
    {"wildcard_import", Kind::kWildcardImport},
    {"with_statement", Kind::kWithStatement},
});

constexpr auto kFieldNames = std::to_array<std::pair<std::string_view, FieldName>>({
    {"alias", FieldName::kAlias},
    {"arguments", FieldName::kArguments},
    {"attribute", FieldName::kAttribute},
    {"body", FieldName::kBody},
    {"condition", FieldName::kCondition},
    {"consequence", FieldName::kConsequence},
    {"function", FieldName::kFunction},
    {"left", FieldName::kLeft},
    {"module_name", FieldName::kModuleName},
    {"name", FieldName::kName},
    {"object", FieldName::kObject},
    {"parameters", FieldName::kParameters},
    {"return_type", FieldName::kReturnType},
    {"right", FieldName::kRight},
    {"superclasses", FieldName::kSuperclasses},
    {"type", FieldName::kType},
    {"type_parameters", FieldName::kTypeParameters},
    {"value", FieldName::kValue},
});

}  // namespace

Result<Grammar> Grammar::Make() {
  Grammar grammar;
  grammar.language_ = tree_sitter_python();
  const uint32_t symbols = ts_language_symbol_count(grammar.language_);
  grammar.kinds_.assign(symbols, Kind::kOther);
  grammar.named_.assign(symbols, false);
  grammar.names_.resize(symbols);
  for (uint32_t i = 0; i < symbols; ++i) {
    const auto symbol = static_cast<TSSymbol>(i);
    grammar.names_[i] = ts_language_symbol_name(grammar.language_, symbol);
    grammar.named_[i] = ts_language_symbol_type(grammar.language_, symbol) == TSSymbolTypeRegular;
  }
  // Several symbols can share a name: a rule, and an alias of another rule.
  for (const auto& [name, kind] : kKindNames) {
    bool found = false;
    for (uint32_t i = 0; i < symbols; ++i) {
      if (grammar.named_[i] && grammar.names_[i] == name) {
        grammar.kinds_[i] = kind;
        grammar.symbols_[static_cast<size_t>(kind)] = static_cast<TSSymbol>(i);
        found = true;
      }
    }
    if (!found) {
      return Error{ErrorKind::kInternal, fmt::format("the grammar has no node kind: {}", name)};
    }
  }
  grammar.semicolon_ = ts_language_symbol_for_name(grammar.language_, ";", 1, false);
  grammar.fields_.assign(ts_language_field_count(grammar.language_) + 1, FieldName::kNone);
  for (const auto& [name, field] : kFieldNames) {
    const TSFieldId id = ts_language_field_id_for_name(grammar.language_, name.data(),
                                                       static_cast<uint32_t>(name.size()));
    if (id == 0) {
      return Error{ErrorKind::kInternal, fmt::format("the grammar has no field: {}", name)};
    }
    grammar.fields_[id] = field;
  }
  if (const TSLanguageMetadata* metadata = ts_language_metadata(grammar.language_);
      metadata != nullptr) {
    grammar.version_ = fmt::format("{}.{}.{}", metadata->major_version, metadata->minor_version,
                                   metadata->patch_version);
  } else {
    grammar.version_ = "unknown";
  }
  return grammar;
}

}  // namespace norma::extract::treesitter
