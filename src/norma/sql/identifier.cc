#include "norma/sql/identifier.h"

#include <fmt/format.h>

#include "norma/base/unicode.h"

namespace norma::sql {

Result<Identifier> Identifier::Make(std::string_view name) {
  if (name.empty()) {
    return Error{ErrorKind::kInvalidArgument, "an identifier must not be empty"};
  }
  if (name.size() > kMaxIdentifierBytes) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("identifier is too long, in bytes: {}", name.size())};
  }
  // A NUL would end the name early wherever the engine hands it to C code.
  if (name.find('\0') != std::string_view::npos || !IsValidUtf8(name)) {
    return Error{ErrorKind::kInvalidArgument, "an identifier must be UTF-8 text without NUL"};
  }
  return Identifier(std::string(name));
}

std::string Identifier::ToSql() const {
  std::string sql;
  sql.reserve(name_.size() + 2);
  sql += '"';
  for (const char c : name_) {
    sql += c;
    if (c == '"') {
      sql += c;
    }
  }
  sql += '"';
  return sql;
}

}  // namespace norma::sql
