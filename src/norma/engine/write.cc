#include "norma/engine/write.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "norma/engine/error_translation.h"
#include "norma/engine/handle_access.h"

namespace norma::engine {
namespace {

using nlohmann::json;

std::string SpecJson(const WriteSpec& spec) {
  json text = {{"mode", spec.mode == WriteMode::kAppend ? "append" : "replace"},
               {"sort", spec.sort},
               {"key", spec.key},
               {"key_scope", spec.key_scope == KeyScope::kTable ? "table" : "path"}};
  if (spec.target_file_bytes.has_value()) {
    text["target_file_size"] = *spec.target_file_bytes;
  }
  if (spec.failures_column.has_value()) {
    text["failures_column"] = *spec.failures_column;
    text["divert"] = spec.diverts;
  }
  if (spec.planned_version.has_value()) {
    text["planned_version"] = *spec.planned_version;
  }
  return text.dump();
}

Result<Commit> ReadCommit(const std::string& text) {
  const json commit = json::parse(text, nullptr, false);
  if (!commit.is_object()) {
    return Error{ErrorKind::kInternal, "the engine's account of a commit is not JSON"};
  }
  const bool is_new = commit.value("outcome", "") == "committed";
  return Commit{
      .outcome = is_new ? CommitOutcome::kCommitted : CommitOutcome::kAlreadyApplied,
      .version = commit.value("version", int64_t{0}),
      .rows = commit.value("rows", int64_t{0}),
      .files = commit.value("files", int64_t{0}),
      .bytes = commit.value("bytes", int64_t{0}),
  };
}

std::optional<std::string> OptionalText(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::nullopt
                                                      : std::optional(found->get<std::string>());
}

Result<DivertedRows> ReadDiverted(const std::string& text) {
  const json account = json::parse(text, nullptr, false);
  if (!account.is_object()) {
    return Error{ErrorKind::kInternal, "the engine's account of diverted rows is not JSON"};
  }
  DivertedRows diverted{.input_rows = account.value("input_rows", int64_t{0}),
                        .bad_rows = account.value("bad_rows", int64_t{0}),
                        .failures = {}};
  for (const json& failure : account.value("errors", json::array())) {
    diverted.failures.push_back({.row_key = failure.value("row_key", ""),
                                 .code = failure.value("code", ""),
                                 .place = failure.value("place", ""),
                                 .path = OptionalText(failure, "path"),
                                 .sample = OptionalText(failure, "sample"),
                                 .rows = failure.value("rows", int64_t{0})});
  }
  return diverted;
}

}  // namespace

void Write::Free::operator()(NormaWrite* write) const { norma_write_free(write); }

Result<Write> Write::Begin(const Table& table, const WriteSpec& spec) {
  NormaWrite* write = nullptr;
  const std::string text = SpecJson(spec);
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_write_begin(table.table_.get(), ToSlice(text), &write, call.error())));
  return Write(write);
}

Status Write::FromStream(nanoarrow::UniqueArrayStream stream) {
  BridgeCall call;
  return call.Check(norma_write_from_stream(write_.get(), stream.get(), call.error()));
}

Status Write::FromQuery(const Query& query) {
  BridgeCall call;
  return call.Check(norma_write_from_query(write_.get(), HandleAccess::Of(query), call.error()));
}

Result<DivertedRows> Write::Diverted() const {
  NormaText out{};
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_write_diverted(write_.get(), &out, call.error())));
  return ReadDiverted(TakeText(out));
}

Result<Commit> Write::CommitRows(const CommitRequest& request) {
  json metadata = json::object();
  if (!request.metadata_json.empty()) {
    metadata = json::parse(request.metadata_json, nullptr, false);
    if (!metadata.is_object()) {
      return Error{ErrorKind::kInvalidArgument, "a commit's metadata must be a JSON object"};
    }
  }
  json text = {{"app_id", request.app_id},
               {"txn", request.txn},
               {"operation", request.operation},
               {"metadata", std::move(metadata)}};
  if (!request.run_id.empty()) {
    text["run_id"] = request.run_id;
  }
  NormaText out{};
  const std::string sent = text.dump(-1, ' ', false, json::error_handler_t::replace);
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_write_commit(write_.get(), ToSlice(sent), &out, call.error())));
  return ReadCommit(TakeText(out));
}

void Write::Cancel() { norma_write_cancel(write_.get()); }

}  // namespace norma::engine
