#pragma once

/// \file
/// How the columns that a query gives differ from those that a contract declares.

#include <string>
#include <vector>

#include "norma/contract/contract.h"
#include "norma/sql/schema.h"

namespace norma::contract {

/// What it takes to make a value of one type a value of another.
enum class Conversion {
  kNone,      ///< the types are equal; nullability of nested fields does not count
  kLossless,  ///< every value survives: wider integers, plain text for views, fields by name
  kChecked,   ///< a value may not fit; it then becomes NULL
  kNever,     ///< no value can
};

/// What it takes to make a `from` a `to`. Fields of structs are matched by name, and a field that
/// `from` lacks is NULL.
Conversion ConversionBetween(const sql::DataType& from, const sql::DataType& to);

struct SchemaDifference {
  enum class Kind {
    kMissing,      ///< a declared column is not there
    kExtra,        ///< a column that is not declared
    kOrder,        ///< the column stands at another place
    kType,         ///< another type
    kNullability,  ///< NULL is possible where it is declared impossible
  };
  Kind kind = Kind::kMissing;
  std::string column;
  std::string message;  ///< for people, values last
};

/// Compares by name, in the contract's order; extra columns come last. Nullability of nested
/// fields is no part of a stored schema and is not compared; a column that is less nullable than
/// declared is fine. Empty when the query gives exactly what is declared.
std::vector<SchemaDifference> CompareSchema(const sql::Schema& given, const Contract& contract);

}  // namespace norma::contract
