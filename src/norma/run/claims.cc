#include "norma/run/claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "norma/run/text_rows.h"

namespace norma::run {

Status CheckClaims(const engine::Session& session, std::span<const expr::UniqueClaim> claims,
                   const std::stop_token& stop) {
  for (const expr::UniqueClaim& claim : claims) {
    NORMA_ASSIGN_OR_RETURN(
        const std::vector<TextRow> rows,
        FetchTextRows(
            session,
            fmt::format("SELECT arrow_cast(duplicates, 'Utf8') FROM (\n{}\n) AS claim", claim.sql),
            stop));
    const std::string duplicates = rows.empty() ? "0" : rows.front().front().value_or("0");
    if (duplicates != "0") {
      return Error{ErrorKind::kContractViolation,
                   fmt::format("not unique, though the rule says so: ({}); values that repeat: {} "
                               "[{}]",
                               fmt::join(claim.columns, ", "), duplicates, claim.place)};
    }
  }
  return {};
}

}  // namespace norma::run
