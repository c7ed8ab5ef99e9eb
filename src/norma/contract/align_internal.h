#pragma once

/// \file
/// SQL that makes a value of one type a value of another.

#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/sql/data_type.h"

namespace norma::contract {

/// The expression `value`, of type `from`, as a `to`. Fields of structs are found by name at every
/// level; one that `from` lacks is NULL. A value that does not fit is NULL.
///
/// \return kUnsupported when the items of a list are structs with other fields, and when a type
///     cannot be written as text.
Result<std::string> AlignSql(const std::string& value, const sql::DataType& from,
                             const sql::DataType& to);

}  // namespace norma::contract
