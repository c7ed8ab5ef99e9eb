#pragma once

/// \file
/// What a query is, in 32 bytes.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "norma/base/result.h"
#include "norma/sql/ir.h"

namespace norma::sql {

/// Rises when the encoding of a node that was there before changes. A new kind of node does not.
inline constexpr uint32_t kEncodingVersion = 1;

using Digest = std::array<uint8_t, 32>;

/// H(domain, parts…): BLAKE2b-256 over lp("norma") ‖ lp(domain) ‖ u32 version ‖ the parts, each 00
/// when absent, else 01 and lp(part). lp is u64 length and bytes; integers are little-endian.
Digest HashParts(std::string_view domain,
                 std::initializer_list<std::optional<std::string_view>> parts);

/// The `def` fingerprint: "def1:" and 64 hex digits over the query as it was built. Equal for equal
/// text, whatever the layout, comments and places in the source; any change of a node changes it.
/// Every table counts as a base table. It says nothing about data.
///
/// \pre Verify(ir, Stage::kTyped).
/// Cost: linear in the nodes when everything shared within one query is written out.
std::string DefFingerprint(const Ir& ir);

}  // namespace norma::sql
