#include "norma/sql/fingerprint.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>

#include "norma/base/hash.h"
#include "norma/sql/ir_walk.h"
#include "norma/sql/sample_ir.h"
#include "norma/sql/verify.h"
#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using testing_support::EverythingSample;
using testing_support::SmallSample;

// Golden values: they move only together with kEncodingVersion.
TEST(DefFingerprint, IsWhatItWas) {
  EXPECT_EQ(DefFingerprint(SmallSample().Finish()),
            "def1:89edefd68651c5bb7dbd94cef6677274fb9d6cf5e280b4193af7f0be462eb24d");
  EXPECT_EQ(DefFingerprint(EverythingSample()),
            "def1:44e2928443dd13bd4eb634a21898f10cfb0df2fc6a3cc33de038525c4f81c304");
}

TEST(DefFingerprint, DoesNotSeePlacesAliasesAndNumbers) {
  const Ir ir = EverythingSample();
  const std::string before = DefFingerprint(ir);
  EXPECT_EQ(DefFingerprint(Compact(ir)), before);
  const Ir moved = Rewrite(ir, [](Ir& result, auto& node) {
    node.origin = result.Add(Origin{.file = "elsewhere.cc", .line = 1});
  });
  EXPECT_EQ(DefFingerprint(moved), before);

  SmallSample renamed;
  const SourceId source =
      renamed.builder.AddSource("another alias", testing_support::SampleColumns());
  renamed.select.from = renamed.builder.Add(Table{"norma", "public", "t", source});
  renamed.select.where = renamed.builder.ColumnOf(source, 2);
  renamed.select.items[0].expr = renamed.builder.ColumnOf(source, 0);
  renamed.select.items[1].expr = renamed.builder.ColumnOf(source, 1);
  EXPECT_EQ(DefFingerprint(renamed.Finish()), DefFingerprint(SmallSample().Finish()));
}

TEST(DefFingerprint, SeesSharingAndCopyingAlike) {
  SmallSample shared;
  shared.select.items.push_back({shared.id, "again"});
  SmallSample copied;
  copied.select.items.push_back({copied.builder.ColumnOf(copied.source, 0), "again"});
  EXPECT_EQ(DefFingerprint(shared.Finish()), DefFingerprint(copied.Finish()));
}

// ---- every field of every kind of node changes it ----

bool Change(bool& value) { return value = !value, true; }
bool Change(std::string& text) { return text += "x", true; }
bool Change(uint32_t& value) { return value = value == 0 ? 1 : 0, true; }
template <typename Enum>
  requires std::is_enum_v<Enum>
bool Change(Enum& value) {
  return value = static_cast<Enum>(static_cast<int>(value) == 0 ? 1 : 0), true;
}
bool Change(DataType& type) { return type = DataType::List(type), true; }
bool Change(Frame& frame) { return frame.end.offset += 1, true; }
bool Change(Literal& literal) {
  return literal = literal.is_null() ? Literal::Int64(7) : Literal::Null(literal.type()), true;
}
// A source is its place in FROM; a column's is changed by hand below.
bool Change(SourceId&) { return false; }
template <typename Kind>
bool Change(NodeId<Kind>& id) {
  // Another node of the kind: the first one is a leaf, and added before all others.
  const bool can_change = id.value > 1;
  id.value = can_change ? 1 : id.value;
  return can_change;
}
bool Change(Item& item) { return Change(item.name); }
bool Change(SortKey& key) { return Change(key.nulls_first); }
bool Change(Arm& arm) { return std::swap(arm.condition, arm.value), true; }
bool Change(std::optional<Grouping>& grouping) {
  return grouping.has_value() ? (grouping.reset(), true) : (grouping.emplace(), true);
}
template <typename T>
bool Change(std::vector<T>& list) {
  return !list.empty() && Change(list.front());
}

bool Lengthen(std::vector<Item>& items) {
  items.push_back({items.back().expr, items.back().name + "x"});
  return true;
}
template <typename T>
bool Lengthen(T&) {
  return false;
}
template <typename T>
bool Lengthen(std::vector<T>& list) {
  if (!list.empty()) {
    list.push_back(list.back());
  }
  return !list.empty();
}

// The fingerprint with one field of the `target`th node changed, or none where it cannot be.
std::optional<std::string> WithChange(const Ir& ir, size_t target, size_t field, bool lengthen,
                                      size_t& fields) {
  size_t node_number = 0;
  bool is_changed = false;
  const Ir changed = Rewrite(ir, [&](Ir&, auto& node) {
    if (node_number++ != target) {
      return;
    }
    std::visit(
        [&](auto& known) {
          size_t field_number = 0;
          EachField(known, [&](const auto&, auto& value) {
            if (field_number++ == field) {
              is_changed = lengthen ? Lengthen(value) : Change(value);
            }
          });
          fields = field_number;
        },
        node.node);
  });
  // Some changes leave no query: a relation without the tables that its columns are of.
  return is_changed && Verify(changed, Stage::kBound).ok() ? std::optional(DefFingerprint(changed))
                                                           : std::nullopt;
}

TEST(DefFingerprint, SeesEveryField) {
  const Ir ir = EverythingSample();
  std::set<std::string> seen{DefFingerprint(ir)};
  const size_t nodes = PostOrder(ir, ir.root).size();
  size_t changes = 0;
  for (size_t target = 0; target < nodes; ++target) {
    for (size_t field = 0, fields = 1; field < fields; ++field) {
      for (const bool lengthen : {false, true}) {
        if (const auto changed = WithChange(ir, target, field, lengthen, fields)) {
          ++changes;
          EXPECT_TRUE(seen.insert(*changed).second) << "node " << target << ", field " << field;
        }
      }
    }
  }
  EXPECT_GT(changes, 150U) << "the sample has lost nodes";
}

TEST(DefFingerprint, SeesWhichSourceAColumnIsOf) {
  const auto joined = [](bool of_left) {
    testing_support::IrBuilder b;
    const SourceId left = b.AddSource("a", testing_support::SampleColumns());
    const SourceId right = b.AddSource("b", testing_support::SampleColumns());
    Select select;
    select.from = b.Add(Join{JoinKind::kCross, b.Add(Table{"norma", "public", "t", left}),
                             b.Add(Table{"norma", "public", "t", right}), ExprId()});
    select.items = {{b.ColumnOf(of_left ? left : right, 0), "id"}};
    b.ir.root = b.AddSelect(select);
    return DefFingerprint(b.ir);
  };
  EXPECT_NE(joined(true), joined(false));
}

}  // namespace
}  // namespace norma::sql
