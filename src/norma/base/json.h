#pragma once

/// \file
/// JSON in and out, without exceptions.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma {

/// The deepest nesting that ParseJson() accepts.
inline constexpr size_t kMaxJsonDepth = 64;

/// Reads one JSON value.
///
/// \return kCorruptData when `text` is no JSON, kLimitExceeded when it nests deeper than
///     kMaxJsonDepth.
Result<nlohmann::json> ParseJson(std::string_view text);

/// Prints `value` on one line. Bad UTF-8 becomes U+FFFD.
std::string JsonText(const nlohmann::json& value);

/// Appends `text` as a JSON string with its quotes. Bad UTF-8 becomes U+FFFD.
void AppendJsonString(std::string_view text, std::string& out);

}  // namespace norma
