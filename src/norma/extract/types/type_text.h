#pragma once

/// \file
/// The canonical text of a Python type expression, and what form of type it is.

#include <string>
#include <string_view>

namespace norma::extract {

/// Prints a type expression so that equal types have equal text: `Optional[ int ]`,
/// `typing.Union[None, int]` and `int|None` all give `int | None`.
///
/// Understands names, attributes, subscripts, calls, unions and other arithmetic, numbers, strings,
/// tuples, lists, sets, dictionaries, slices and stars. What it does not understand (comparisons,
/// lambdas, f-strings, broken text, more than 200 levels of nesting) is returned with each run of
/// white space made one space, and trimmed.
///
/// TypeRepr(TypeRepr(x)) == TypeRepr(x). Never fails; linear in the text for flat types. Safe to
/// call from many threads.
///
/// Source: docs/type-text.md; strings follow CPython's `repr`.
std::string TypeRepr(std::string_view text);

/// Names the form of a type that TypeRepr() printed: none, any, never, self, optional, union,
/// literal, annotated, callable, tuple, type, unpack, generic, name or unknown.
///
/// The result is a literal. Never fails. Safe to call from many threads.
std::string_view TypeForm(std::string_view type_repr);

}  // namespace norma::extract
