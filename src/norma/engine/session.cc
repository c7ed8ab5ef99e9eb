#include "norma/engine/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <utility>

#include "norma/engine/error_translation.h"

namespace norma::engine {
namespace {

// The Rust side reads these structs by the same layout (bridge/src/*.rs, repr(C)).
static_assert(sizeof(NormaSlice) == 16);
static_assert(sizeof(NormaText) == 16);
static_assert(sizeof(NormaEngineOptions) == 40 && offsetof(NormaEngineOptions, memory_bytes) == 8);
static_assert(sizeof(NormaSessionOptions) == 12);
static_assert(sizeof(NormaFunction) == 104 && offsetof(NormaFunction, user) == 80);

Status CheckAbi() {
  if (const uint32_t linked = norma_bridge_abi(); linked != NORMA_BRIDGE_ABI) {
    return Error{ErrorKind::kInternal, fmt::format("the linked engine has ABI {}, expected {}",
                                                   linked, NORMA_BRIDGE_ABI)};
  }
  return Status();
}

/// The C form of ScalarFunction::call. `user` is the ScalarCall, boxed.
int32_t CallFunction(void* user, const ArrowSchema* types, const ArrowArray* arguments,
                     int64_t rows, uint64_t scalars, ArrowArray* out, char* message,
                     size_t message_size) noexcept {
  const ScalarCall call = *static_cast<const ScalarCall*>(user);
  Result<nanoarrow::UniqueArray> result = call(types, arguments, rows, scalars);
  if (!result.ok()) {
    const std::string& text = result.error().message;
    const size_t length = std::min(text.size(), message_size - 1);
    std::memcpy(message, text.data(), length);
    message[length] = '\0';
    return static_cast<int32_t>(result.error().kind);
  }
  ArrowArrayMove(result.value().get(), out);
  return 0;
}

void ReleaseFunction(void* user) noexcept { delete static_cast<ScalarCall*>(user); }

}  // namespace

Status StartEngine(const EngineOptions& options) {
  NORMA_RETURN_IF_ERROR(CheckAbi());
  NormaEngineOptions raw{};
  raw.struct_size = sizeof(raw);
  raw.threads = options.threads;
  raw.memory_bytes = options.memory_bytes;
  raw.spill_bytes = options.spill_bytes;
  raw.spill_directory = ToSlice(options.spill_directory);
  BridgeCall call;
  return call.Check(norma_engine_start(&raw, call.error()));
}

Result<Session> Session::Open(const SessionOptions& options) {
  NORMA_RETURN_IF_ERROR(CheckAbi());
  NormaSessionOptions raw{};
  raw.struct_size = sizeof(raw);
  raw.target_partitions = options.target_partitions;
  raw.batch_rows = options.batch_rows;
  NormaSession* handle = nullptr;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_session_open(&raw, &handle, call.error())));
  return Session(std::shared_ptr<NormaSession>(handle, norma_session_close));
}

Result<Query> Session::Plan(std::string_view sql, Policy policy) const {
  NormaQuery* handle = nullptr;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(call.Check(norma_session_plan(
      handle_.get(), ToSlice(sql), static_cast<int32_t>(policy), &handle, call.error())));
  return Query(std::shared_ptr<NormaQuery>(handle, norma_query_free));
}

Status Session::RegisterFunction(const ScalarFunction& function) {
  NORMA_ASSIGN_OR_RETURN(const nanoarrow::UniqueSchema arguments,
                         arrow::ToArrowSchema(function.arguments));
  NORMA_ASSIGN_OR_RETURN(const nanoarrow::UniqueSchema results,
                         arrow::ToArrowSchema({function.result}));
  auto user = std::make_unique<ScalarCall>(function.call);
  NormaFunction raw{};
  raw.struct_size = sizeof(raw);
  raw.name = ToSlice(function.name);
  raw.description = ToSlice(function.description);
  raw.syntax = ToSlice(function.syntax);
  raw.arguments = arguments.get();
  raw.result = results->children[0];
  raw.volatility = static_cast<int32_t>(function.volatility);
  raw.variadic = function.variadic ? 1 : 0;
  raw.user = user.get();
  raw.call = function.call == nullptr ? nullptr : CallFunction;
  raw.release = ReleaseFunction;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_session_register_function(handle_.get(), &raw, call.error())));
  user.release();  // the session's now
  return Status();
}

Status Session::RegisterAlias(std::string_view alias, std::string_view table) {
  BridgeCall call;
  return call.Check(
      norma_session_register_alias(handle_.get(), ToSlice(alias), ToSlice(table), call.error()));
}

Result<Stream> Session::Functions() const {
  nanoarrow::UniqueArrayStream rows;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_session_functions(handle_.get(), rows.get(), call.error())));
  return Stream::Make(std::move(rows), nullptr);
}

Result<Stream> Session::Settings() const {
  nanoarrow::UniqueArrayStream rows;
  BridgeCall call;
  NORMA_RETURN_IF_ERROR(
      call.Check(norma_session_settings(handle_.get(), rows.get(), call.error())));
  return Stream::Make(std::move(rows), nullptr);
}

bool Session::closed() const { return norma_session_is_closed(handle_.get()) != 0; }

}  // namespace norma::engine
