#include "norma/engine/table.h"

#include <nanoarrow/nanoarrow.hpp>
#include <nlohmann/json.hpp>

#include "norma/engine/error_translation.h"
#include "norma/engine/session.h"

namespace norma::engine {
namespace {

using nlohmann::json;

std::string SpecJson(const TableSpec& spec) {
  json text = {{"comment", spec.comment},
               {"column_comments", spec.column_comments},
               {"properties", spec.properties}};
  if (spec.contract.has_value()) {
    text["contract"] = {{"fingerprint", spec.contract->fingerprint},
                        {"version", spec.contract->version},
                        {"ddl_hash", spec.contract->ddl_hash}};
  }
  return text.dump();
}

std::string Text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int64_t Number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

Result<TableFacts> ReadFacts(const std::string& text) {
  const json facts = json::parse(text, nullptr, false);
  if (!facts.is_object()) {
    return Error{ErrorKind::kInternal, "the engine's facts of a table are not JSON"};
  }
  TableFacts read{
      .version = Number(facts, "version"),
      .schema_json = Text(facts, "schema"),
      .timestamp_unix_ms = Number(facts, "timestamp_unix_ms"),
      .rows = Number(facts, "rows"),
      .bytes = Number(facts, "bytes"),
  };
  const json none = json::object();
  read.created = facts.value("created", false);
  const json properties = facts.value("properties", none);
  for (const auto& [key, value] : properties.items()) {
    read.properties[key] = value.is_string() ? value.get<std::string>() : std::string();
  }
  if (const json contract = facts.value("contract", none); !contract.empty()) {
    read.contract = TableSpec::Contract{.fingerprint = Text(contract, "fingerprint"),
                                        .version = Number(contract, "version"),
                                        .ddl_hash = Text(contract, "ddl_hash")};
  }
  if (const auto txn = facts.find("txn"); txn != facts.end() && txn->is_number_integer()) {
    read.txn = txn->get<int64_t>();
  }
  const json files = facts.value("files", json::array());
  for (const json& file : files) {
    read.files.push_back(
        {.path = Text(file, "path"), .bytes = Number(file, "bytes"), .rows = Number(file, "rows")});
  }
  return read;
}

}  // namespace

void Root::Free::operator()(NormaRoot* root) const { norma_root_close(root); }
void Table::Free::operator()(NormaTable* table) const { norma_table_free(table); }

Result<Root> Root::Open(const RootOptions& options) {
  json text = {{"path", options.path}, {"read_only", options.read_only}};
  if (options.record.has_value()) {
    text["record"] = *options.record;
  }
  NormaRoot* root = nullptr;
  const std::string spec = text.dump();
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_root_open(ToSlice(spec), &root, call.error())));
  return Root(root);
}

Result<Table> Table::Create(const Root& root, std::string_view location, const TableSpec& spec) {
  NORMA_ASSIGN_OR_RETURN(nanoarrow::UniqueSchema schema, arrow::ToArrowSchema(spec.schema));
  NormaTable* table = nullptr;
  const std::string text = SpecJson(spec);
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_table_create(
      root.root_.get(), ToSlice(location), schema.get(), ToSlice(text), &table, call.error())));
  return Table(table);
}

Result<Table> Table::Open(const Root& root, std::string_view location,
                          std::optional<int64_t> version) {
  NormaTable* table = nullptr;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_table_open(root.root_.get(), ToSlice(location),
                                                    version.value_or(-1), &table, call.error())));
  return Table(table);
}

Result<TableFacts> Table::Facts(std::string_view app_id) const {
  NormaText text{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_table_facts(table_.get(), ToSlice(app_id), &text, call.error())));
  return ReadFacts(TakeText(text));
}

Result<arrow::Schema> Table::Schema() const {
  nanoarrow::UniqueSchema schema;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_table_schema(table_.get(), schema.get(), call.error())));
  return arrow::FromArrowSchema(*schema.get());
}

Result<std::optional<int64_t>> Table::Checkpoint(int64_t every) const {
  int64_t version = 0;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(
      norma_table_checkpoint(table_.get(), static_cast<uint64_t>(every), &version, call.error())));
  return version < 0 ? std::nullopt : std::optional(version);
}

Status Session::RegisterTable(std::string_view name, const Table& table,
                              const ScanOptions& options) {
  const std::string text = json({{"sort", options.sort}}).dump();
  BridgeCall call;
  return call.Check(norma_session_register_table(handle_.get(), ToSlice(name), table.table_.get(),
                                                 ToSlice(text), call.error()));
}

}  // namespace norma::engine
