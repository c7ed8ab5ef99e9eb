#pragma once

/// \file
/// Identities of contracts.

#include <string>
#include <string_view>

#include "norma/contract/contract.h"

namespace norma::contract {

/// Changes with every byte of the file: `ddl1:` and 64 hex digits.
std::string DdlHash(std::string_view ddl);

/// Changes with name, schema version, columns (name, type, nullability), nested NOT NULL and key:
/// `contract1:` and 64 hex digits. Comments, checks and properties do not enter.
std::string ContractFingerprint(const Contract& contract);

}  // namespace norma::contract
