#pragma once

/// \file
/// Reads a Python type expression and rewrites it to its canonical form on the way.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/extract/types/type_lexer_internal.h"

namespace norma::extract {

/// What a canonical expression is, as far as the rules of rewriting and TypeForm() ask.
enum class TypeKind : uint8_t {
  kNone,
  kName,     // a dotted name
  kApplied,  // a dotted name with a subscript; `head` is the name
  kUnion,    // `parts` are the members
  kStar,
  kUnpack,  // typing.Unpack[X], which becomes *X where a star may stand; `parts` is X
  kTuple,   // `parts` are the items
  kSlice,
  kNumber,
  kOther,
};

/// How tightly an expression binds; a looser one needs parentheses inside a tighter one.
enum class Binding : uint8_t {
  kLoosest,
  kUnion,
  kXor,
  kAnd,
  kShift,
  kSum,
  kProduct,
  kUnary,
  kPower,
  kAtom
};

/// A canonical expression, already printed.
struct TypeText {
  TypeKind kind = TypeKind::kOther;
  Binding binding = Binding::kAtom;
  std::string text;
  std::string head;
  std::vector<TypeText> parts;
};

/// Parses and rewrites `text`.
/// \return nothing when the text is not a type expression of the supported grammar.
std::optional<TypeText> ParseType(std::string_view text);

}  // namespace norma::extract
