#pragma once

/// \file
/// From the options of a contract's DDL to its members.

#include <span>
#include <string>
#include <utility>

#include "norma/base/result.h"
#include "norma/contract/contract.h"

namespace norma::contract {

/// Reads every option into `contract`, whose columns and key are there already, and checks that
/// the required ones are given.
///
/// \return kInvalidArgument that names the option.
Status ReadOptions(std::span<const std::pair<std::string, std::string>> options,
                   Contract& contract);

}  // namespace norma::contract
