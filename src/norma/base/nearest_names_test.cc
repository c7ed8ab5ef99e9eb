#include "norma/base/nearest_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace norma {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kWords = {"run", "query", "tables", "--out", "--format"};

TEST(NearestNames, FindsWhatWasMeant) {
  EXPECT_THAT(NearestNames("rnu", kWords), ElementsAre("run")) << "neighbours swapped";
  EXPECT_THAT(NearestNames("qurey", kWords), ElementsAre("query"));
  EXPECT_THAT(NearestNames("table", kWords), ElementsAre("tables"));
  EXPECT_THAT(NearestNames("--form", kWords), ElementsAre("--format")) << "only begun";
  EXPECT_THAT(NearestNames("run", kWords), ElementsAre("run"));
}

TEST(NearestNames, FindsNothingFarAway) {
  EXPECT_THAT(NearestNames("describe", kWords), IsEmpty());
  EXPECT_THAT(NearestNames("zzz", kWords), IsEmpty());
  EXPECT_THAT(NearestNames("ru", std::vector<std::string>{"runner"}), IsEmpty());
  EXPECT_THAT(NearestNames("", kWords), IsEmpty());
  EXPECT_THAT(NearestNames(std::string(100'000, 'r'), kWords), IsEmpty());
}

TEST(NearestNames, GivesThreeAndTheNearestFirst) {
  const std::vector<std::string> names = {"cst_refs", "cst_defs_norm", "cst_defs_v1",
                                          "cst_defs", "cst_defs",      "cst_defz"};
  EXPECT_THAT(NearestNames("cst_defx", names), ElementsAre("cst_defs", "cst_defz", "cst_refs"));
}

TEST(NearestNames, LeavesOutWhatIsMuchFarther) {
  const std::vector<std::string> names = {"cst_defs_norm", "ast_nodes_norm_v1", "cst_defs_norm_v1"};
  EXPECT_THAT(NearestNames("cst_defz_norm_v1", names), ElementsAre("cst_defs_norm_v1"));
}

TEST(DidYouMean, EndsAMessage) {
  EXPECT_EQ(DidYouMean("tablse", kWords), "; did you mean tables?");
  EXPECT_EQ(DidYouMean("--o", std::vector<std::string>{"--out", "--only"}),
            "; did you mean --out, --only?");
  EXPECT_EQ(DidYouMean("zzz", kWords), "");
}

}  // namespace
}  // namespace norma
