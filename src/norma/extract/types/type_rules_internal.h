#pragma once

/// \file
/// The rules that make equal types equal text (docs/type-text.md, rules 2 to 4). Each
/// takes parts that are canonical already and gives a canonical whole.

#include <string>
#include <vector>

#include "norma/extract/types/type_parser_internal.h"

namespace norma::extract {

TypeText NoneType();

/// Rewrites a whole dotted name.
TypeText NameType(std::string name);

/// `*inner`.
TypeText StarType(TypeText inner);

/// What stands as an item of a tuple, a list or a subscript, where Unpack[X] is *X.
TypeText AsItem(TypeText item);

TypeText TupleType(std::vector<TypeText> items);

/// One union: flat, without duplicates, sorted bytewise with None last. A single member is itself.
TypeText UnionType(std::vector<TypeText> operands);

/// `base[items]`, where Optional, Union and Unpack become what they mean.
TypeText SubscriptType(TypeText base, std::vector<TypeText> items);

/// `function(arguments)`, where type(None) is None.
TypeText CallType(TypeText function, const std::vector<TypeText>& arguments);

/// Whether `item` is an expression of its own, not a star or a slice.
bool IsPlain(const TypeText& item);

/// The text of `inner` inside an expression that binds at least as tightly as `least`.
std::string Wrapped(TypeText inner, Binding least);

/// The items with ", " between them.
std::string Joined(const std::vector<TypeText>& items);

}  // namespace norma::extract
