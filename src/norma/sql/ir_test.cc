#include "norma/sql/ir.h"

#include <gtest/gtest.h>

#include <set>

#include "norma/sql/ir_walk.h"
#include "norma/sql/sample_ir.h"
#include "norma/sql/verify.h"
#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using norma::testing_support::IsOk;
using testing_support::EverythingSample;
using testing_support::IrBuilder;
using testing_support::SmallSample;

TEST(SampleIr, HoldsEveryKindOfNode) {
  const Ir ir = EverythingSample();
  ASSERT_THAT(Verify(ir, Stage::kTyped), IsOk());
  std::set<size_t> exprs;
  std::set<size_t> relations;
  std::set<size_t> queries;
  for (const AnyId any : PostOrder(ir, ir.root)) {
    std::visit(Overloaded{[&](ExprId id) { exprs.insert(ir[id].node.index()); },
                          [&](RelationId id) { relations.insert(ir[id].node.index()); },
                          [&](QueryId id) { queries.insert(ir[id].node.index()); }},
               any);
  }
  EXPECT_EQ(exprs.size(), std::variant_size_v<ExprNode>);
  EXPECT_EQ(relations.size(), std::variant_size_v<RelationNode>);
  EXPECT_EQ(queries.size(), std::variant_size_v<QueryNode>);
}

template <typename... Nodes>
std::set<uint16_t> TagsOf(const std::variant<Nodes...>*) {
  return {Nodes::kTag.value...};
}

TEST(NodeTags, AreNeverGivenTwice) {
  std::set<uint16_t> all = TagsOf(static_cast<ExprNode*>(nullptr));
  all.merge(TagsOf(static_cast<RelationNode*>(nullptr)));
  all.merge(TagsOf(static_cast<QueryNode*>(nullptr)));
  EXPECT_EQ(all.size(), std::variant_size_v<ExprNode> + std::variant_size_v<RelationNode> +
                            std::variant_size_v<QueryNode>);
}

TEST(Walks, VisitEachNodeOnceChildrenFirst) {
  const Ir ir = EverythingSample();
  NodeMap<int> seen(ir);
  for (const AnyId any : PostOrder(ir, ir.root)) {
    std::visit(
        [&](auto id) {
          EachChild(ir[id].node, [&](auto child) {
            if (child) {
              EXPECT_EQ(seen[child], 1);
            }
          });
          EXPECT_EQ(seen[id]++, 0);
        },
        any);
  }
}

TEST(Walks, GoDeepWithoutTheThreadsStack) {
  SmallSample sample;
  ExprId deep = sample.id;
  for (int i = 0; i < 200'000; ++i) {
    deep = sample.builder.Add(Negate{deep}, DataType::Int64(), false);
  }
  sample.select.items.push_back({deep, "deep"});
  const Ir ir = sample.Finish();
  EXPECT_GT(PostOrder(ir, ir.root).size(), 200'000U);
  EXPECT_EQ(Compact(ir).expr_count(), 200'003U);
}

TEST(Compaction, IsAFixpoint) {
  const Ir ir = EverythingSample();
  const Ir once = Compact(ir);
  EXPECT_THAT(Verify(once, Stage::kTyped), IsOk());
  EXPECT_EQ(Compact(once), once);
}

TEST(Compaction, DropsWhatIsNotReachedAndKeepsSharing) {
  SmallSample sample;
  sample.builder.Text("never used");
  sample.builder.AddSource("never used", {});
  sample.select.items.push_back({sample.id, "again"});
  const Ir ir = sample.Finish();
  const Ir compact = Compact(ir);
  EXPECT_EQ(compact.expr_count(), 3U) << "id, name and flag";
  EXPECT_EQ(compact.source_count(), 1U);
  const Select& select = std::get<Select>(compact[compact.root].node);
  EXPECT_EQ(select.items[0].expr, select.items[2].expr);
}

TEST(Rewriting, ChangesASharedNodeOnce) {
  SmallSample sample;
  sample.select.items.push_back({sample.id, "again"});
  const Ir ir = sample.Finish();
  int changed = 0;
  const Ir rewritten = Rewrite(ir, [&](Ir&, auto& node) {
    if constexpr (std::is_same_v<std::decay_t<decltype(node)>, Expr>) {
      if (const auto* column = std::get_if<Column>(&node.node); column->ordinal == 0) {
        ++changed;
        node.nullable = true;
      }
    }
  });
  EXPECT_EQ(changed, 1);
  const Select& select = std::get<Select>(rewritten[rewritten.root].node);
  EXPECT_TRUE(rewritten[select.items[2].expr].nullable);
}

TEST(Origins, AreShownWithoutFolders) {
  EXPECT_EQ(DescribeOrigin({.file = "a/b/rule.cc", .line = 7}), "rule.cc:7");
  EXPECT_EQ(DescribeOrigin({.file = "q.sql", .begin = 12}), "q.sql, byte 12");
  EXPECT_EQ(DescribeOrigin({}), "");
}

}  // namespace
}  // namespace norma::sql
