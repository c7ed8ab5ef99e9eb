#include <fmt/format.h>

#include "norma/base/hash.h"
#include "norma/contract/contract_hash_internal.h"
#include "norma/contract/type_names.h"

namespace norma::contract {
namespace {

constexpr size_t kDigestBytes = 32;

/// The bytes that are hashed: every part with its length in front, so that no two lists of parts
/// give the same bytes.
class Parts {
 public:
  explicit Parts(std::string_view domain) { Add("norma").Add(domain).Add("1"); }

  Parts& Add(std::string_view part) {
    for (size_t length = part.size(), i = 0; i < sizeof(uint64_t); ++i, length >>= 8U) {
      bytes_ += static_cast<char>(length & 0xffU);
    }
    bytes_ += part;
    return *this;
  }

  Parts& AddCount(size_t count) { return Add(fmt::format("{}", count)); }

  std::string Hash() const { return Hex(Blake2b(bytes_, kDigestBytes)); }

 private:
  std::string bytes_;
};

}  // namespace

std::string DdlHash(std::string_view ddl) {
  return fmt::format("ddl1:{}", Parts("ddl").Add(ddl).Hash());
}

std::string ContractFingerprint(const Contract& contract) {
  Parts parts("contract");
  parts.Add(contract.name).Add(fmt::format("{}", contract.schema_version));
  parts.AddCount(contract.columns.size());
  for (const ContractColumn& column : contract.columns) {
    parts.Add(column.name).Add(TypeName(column.type)).Add(column.nullable ? "null" : "not null");
  }
  parts.AddCount(contract.not_null.size());
  for (const ColumnPath& path : contract.not_null) {
    parts.Add(path.ToString());
  }
  parts.AddCount(contract.key.size());
  for (const std::string& column : contract.key) {
    parts.Add(column);
  }
  return fmt::format("contract1:{}", parts.Hash());
}

}  // namespace norma::contract
