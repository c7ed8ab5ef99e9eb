/// \file
/// The recorded answers about types that the tests of sql/ and expr/ rest on are still the
/// engine's. NORMA_UPDATE_GOLDEN=1 records them anew; the diff is then the review.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "norma/engine/session.h"
#include "norma/engine/test_support.h"
#include "norma/engine/type_resolver.h"
#include "norma/functions/catalogue.h"
#include "norma/sql/type_resolver.h"
#include "tests/support/matchers.h"

namespace norma::functions {
namespace {

using norma::testing_support::IsOk;

constexpr const char* kRecording = "tests/fixtures/types.jsonl";

TEST(RecordedTypes, AreWhatTheEngineAnswers) {
  std::ifstream file(kRecording, std::ios::binary);
  const std::string recorded(std::istreambuf_iterator<char>(file), {});
  const auto recording = sql::RecordedTypeResolver::Parse(recorded);
  ASSERT_THAT(recording, IsOk());
  ASSERT_FALSE(recording.value().requests().empty());

  engine::Session session = engine::testing_support::OpenSession();
  for (const engine::ScalarFunction& function : NormaFunctions()) {
    ASSERT_THAT(session.RegisterFunction(function), IsOk()) << function.name;
  }
  engine::EngineTypeResolver resolver(session);
  std::string answered;
  for (const sql::CallRequest& request : recording.value().requests()) {
    answered += sql::EncodeRecording(request, resolver.Resolve(request)) + "\n";
  }
  if (std::getenv("NORMA_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kRecording, std::ios::binary) << answered;
    return;
  }
  EXPECT_EQ(answered, recorded);
}

}  // namespace
}  // namespace norma::functions
