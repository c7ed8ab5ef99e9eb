#pragma once

/// \file
/// The kinds and fields of the Python grammar that norma knows, looked up once.

#include <tree_sitter/api.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace norma::extract::treesitter {

/// Node kinds that the extractor treats in a way of their own. All others are kOther.
enum class Kind : uint8_t {
  kOther,
  kAliasedImport,
  kArgumentList,
  kAsPattern,
  kAsPatternTarget,
  kAssignment,
  kAttribute,
  kAugmentedAssignment,
  kAwait,
  kBlock,
  kCall,
  kCaseClause,
  kCasePattern,
  kClassDefinition,
  kClassPattern,
  kComment,
  kConcatenatedString,
  kDecoratedDefinition,
  kDecorator,
  kDefaultParameter,
  kDeleteStatement,
  kDictionary,
  kDictionaryComprehension,
  kDictionarySplat,
  kDictionarySplatPattern,
  kDottedName,
  kElifClause,
  kEllipsis,
  kElseClause,
  kError,
  kExceptClause,
  kExpressionList,
  kExpressionStatement,
  kFalse,
  kFinallyClause,
  kFloat,
  kForInClause,
  kForStatement,
  kFunctionDefinition,
  kFutureImportStatement,
  kGeneratorExpression,
  kGenericType,
  kGlobalStatement,
  kIdentifier,
  kIfStatement,
  kImportFromStatement,
  kImportPrefix,
  kImportStatement,
  kInteger,
  kKeywordArgument,
  kKeywordPattern,
  kLambda,
  kLambdaParameters,
  kLineContinuation,
  kKeywordSeparator,
  kList,
  kListComprehension,
  kListPattern,
  kListSplat,
  kListSplatPattern,
  kMatchStatement,
  kMemberType,
  kModule,
  kNamedExpression,
  kNone,
  kNonlocalStatement,
  kParameters,
  kParenthesizedExpression,
  kPatternList,
  kPositionalSeparator,
  kRelativeImport,
  kSet,
  kSetComprehension,
  kSplatPattern,
  kString,
  kStringContent,
  kSubscript,
  kTrue,
  kTryStatement,
  kTuple,
  kTuplePattern,
  kType,
  kTypeAliasStatement,
  kTypeParameter,
  kTypedDefaultParameter,
  kTypedParameter,
  kWhileStatement,
  kWildcardImport,
  kWithStatement,
};

/// Fields that the extractor asks for. All others are kNone.
enum class FieldName : uint8_t {
  kNone,
  kAlias,
  kArguments,
  kAttribute,
  kBody,
  kCondition,
  kConsequence,
  kFunction,
  kLeft,
  kModuleName,
  kName,
  kObject,
  kParameters,
  kReturnType,
  kRight,
  kSuperclasses,
  kType,
  kTypeParameters,
  kValue,
};

/// The symbol of ERROR nodes.
inline constexpr TSSymbol kErrorSymbol = static_cast<TSSymbol>(-1);

/// Translates the numbers of the linked grammar. A plain value; const access is safe from any
/// thread.
class Grammar {
 public:
  /// \return kInternal if the linked grammar lacks a kind or field that the extractor needs.
  static Result<Grammar> Make();

  const TSLanguage* language() const { return language_; }
  Kind KindOf(TSSymbol symbol) const {
    return symbol == kErrorSymbol ? Kind::kError : kinds_[symbol];
  }
  /// Whether nodes of this kind are named; ERROR nodes are.
  bool IsNamed(TSSymbol symbol) const { return symbol == kErrorSymbol || named_[symbol]; }
  /// The node kind as tree-sitter spells it: "call", "ERROR", ")".
  std::string_view NameOf(TSSymbol symbol) const {
    return symbol == kErrorSymbol ? std::string_view("ERROR") : names_[symbol];
  }
  /// A symbol of this kind.
  TSSymbol SymbolOf(Kind kind) const { return symbols_[static_cast<size_t>(kind)]; }
  /// The symbol of ";".
  TSSymbol semicolon() const { return semicolon_; }
  FieldName FieldOf(TSFieldId field) const { return fields_[field]; }
  /// Version of the grammar, "0.25.0".
  const std::string& version() const { return version_; }

 private:
  Grammar() = default;

  const TSLanguage* language_ = nullptr;
  std::vector<Kind> kinds_;
  std::vector<bool> named_;
  std::vector<std::string_view> names_;  // owned by the grammar, which is static
  std::vector<FieldName> fields_;
  std::array<TSSymbol, 256> symbols_ = {};  // by kind
  TSSymbol semicolon_ = 0;
  std::string version_;
};

}  // namespace norma::extract::treesitter
