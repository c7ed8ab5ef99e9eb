#pragma once

/// \file
/// What the writer is told when it makes a table.

#include <string>

#include "norma/contract/contract.h"

namespace norma::contract {

/// The specification of a new table as JSON, keys in order; the Arrow schema goes beside it:
///
///     {"column_comments": {"path": …}, "comment": …,
///      "contract": {"ddl_hash": …, "fingerprint": …, "version": 1},
///      "properties": {"delta.targetFileSize": …}}
std::string TableSpecJson(const Contract& contract);

}  // namespace norma::contract
