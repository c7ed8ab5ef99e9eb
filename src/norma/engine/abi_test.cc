#include <gmock/gmock.h>
#include <norma/bridge.h>

#include <functional>
#include <nanoarrow/nanoarrow.hpp>
#include <string>
#include <utility>
#include <vector>

#include "norma/engine/error_translation.h"
#include "tests/support/matchers.h"

namespace norma::engine {
namespace {

using norma::testing_support::IsErrorWith;

using Call = std::function<int32_t(NormaError**)>;

TEST(AbiTest, NullHandlesAreRefused) {
  const NormaSlice text = ToSlice("x");
  NormaSession* session = nullptr;
  NormaQuery* query = nullptr;
  NormaTable* table = nullptr;
  NormaWrite* write = nullptr;
  NormaText out{};
  int64_t version = 0;
  nanoarrow::UniqueSchema schema;
  nanoarrow::UniqueArrayStream stream;
  const std::vector<std::pair<const char*, Call>> calls = {
      {"plan", [&](auto e) { return norma_session_plan(nullptr, text, 0, &query, e); }},
      {"alias", [&](auto e) { return norma_session_register_alias(nullptr, text, text, e); }},
      {"function", [&](auto e) { return norma_session_register_function(nullptr, nullptr, e); }},
      {"functions", [&](auto e) { return norma_session_functions(nullptr, stream.get(), e); }},
      {"settings", [&](auto e) { return norma_session_settings(nullptr, stream.get(), e); }},
      {"types", [&](auto e) { return norma_resolve_types(nullptr, text, &out, e); }},
      {"schema", [&](auto e) { return norma_query_schema(nullptr, schema.get(), e); }},
      {"stream", [&](auto e) { return norma_query_stream(nullptr, stream.get(), e); }},
      {"save", [&](auto e) { return norma_query_save(nullptr, text, text, nullptr, e); }},
      {"explain", [&](auto e) { return norma_query_explain(nullptr, text, &out, e); }},
      {"plan_json", [&](auto e) { return norma_query_plan_json(nullptr, &out, e); }},
      {"open", [&](auto e) { return norma_table_open(nullptr, text, -1, &table, e); }},
      {"facts", [&](auto e) { return norma_table_facts(nullptr, text, &out, e); }},
      {"columns", [&](auto e) { return norma_table_schema(nullptr, schema.get(), e); }},
      {"checkpoint", [&](auto e) { return norma_table_checkpoint(nullptr, 1, &version, e); }},
      {"register",
       [&](auto e) { return norma_session_register_table(session, text, table, text, e); }},
      {"begin", [&](auto e) { return norma_write_begin(nullptr, text, &write, e); }},
      {"from_stream", [&](auto e) { return norma_write_from_stream(nullptr, stream.get(), e); }},
      {"from_query", [&](auto e) { return norma_write_from_query(nullptr, nullptr, e); }},
      {"diverted", [&](auto e) { return norma_write_diverted(nullptr, &out, e); }},
      {"commit", [&](auto e) { return norma_write_commit(nullptr, text, &out, e); }},
  };
  for (const auto& [name, call] : calls) {
    BridgeCall result;
    EXPECT_THAT(result.Check(call(result.error())),
                IsErrorWith(ErrorKind::kInvalidArgument, "handle is null"))
        << name;
    EXPECT_EQ(call(nullptr), static_cast<int32_t>(ErrorKind::kInvalidArgument)) << name;
  }
  EXPECT_EQ(query, nullptr);
  EXPECT_EQ(out.data, nullptr);
  EXPECT_EQ(schema->release, nullptr);
  EXPECT_EQ(stream->release, nullptr);
}

TEST(AbiTest, FreeingNothingIsHarmless) {
  norma_session_close(nullptr);
  norma_query_free(nullptr);
  norma_query_cancel(nullptr);
  norma_root_close(nullptr);
  norma_table_free(nullptr);
  norma_write_free(nullptr);
  norma_write_cancel(nullptr);
  norma_error_free(nullptr);
  norma_text_free(nullptr, 0);
  EXPECT_EQ(norma_session_is_closed(nullptr), 0);
  EXPECT_EQ(norma_query_error(nullptr, nullptr), 0);
}

TEST(AbiTest, OptionsOfAnotherLayoutAreRefused) {
  NormaSessionOptions options{};
  options.struct_size = sizeof(options) + 8;
  NormaSession* session = nullptr;
  BridgeCall call;
  EXPECT_THAT(call.Check(norma_session_open(&options, &session, call.error())),
              IsErrorWith(ErrorKind::kInvalidArgument, "NormaSessionOptions has the size"));
  EXPECT_EQ(session, nullptr);
}

TEST(AbiTest, TextThatIsNotUtf8IsRefused) {
  NormaText out{};
  BridgeCall call;
  EXPECT_THAT(call.Check(norma_ddl_json(ToSlice("CREATE \xff"), &out, call.error())),
              IsErrorWith(ErrorKind::kInvalidArgument, "is not UTF-8 at byte 7"));
}

}  // namespace
}  // namespace norma::engine
