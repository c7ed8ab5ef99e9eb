#include "norma/sql/verify.h"

#include <gtest/gtest.h>

#include <functional>

#include "norma/sql/ir_walk.h"
#include "norma/sql/sample_ir.h"
#include "tests/support/matchers.h"

namespace norma::sql {
namespace {

using norma::testing_support::IsErrorWith;
using norma::testing_support::IsOk;
using testing_support::IrBuilder;
using testing_support::SmallSample;

struct Fault {
  std::string message;
  Stage stage;
  std::function<void(SmallSample&)> make;
};

// Each would be a bug of whoever built it.
const Fault kFaults[] = {
    {"child is missing: left", Stage::kParsed,
     [](SmallSample& s) {
       s.select.where =
           s.builder.Add(Binary{BinaryOperator::kEqual, ExprId(), s.id}, DataType::Boolean());
     }},
    {"child is missing: where", Stage::kParsed,
     [](SmallSample& s) { s.select.where = ExprId{9999}; }},
    {"a node contains itself", Stage::kParsed,
     [](SmallSample& s) {
       const auto next = static_cast<uint32_t>(s.builder.ir.expr_count() + 1);
       s.select.where = s.builder.Add(Not{ExprId{next}}, DataType::Boolean());
     }},
    {"unknown source", Stage::kParsed,
     [](SmallSample& s) {
       s.select.from = s.builder.Add(Table{"norma", "public", "t", SourceId{77}});
     }},
    {"AND or OR of less than two", Stage::kParsed,
     [](SmallSample& s) {
       s.select.where = s.builder.Add(Logic{LogicOperator::kOr, {s.flag}}, DataType::Boolean());
     }},
    {"IN without items", Stage::kParsed,
     [](SmallSample& s) {
       s.select.where = s.builder.Add(InList{s.id, {}, false}, DataType::Boolean());
     }},
    {"CASE without WHEN", Stage::kParsed,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Case{{}, {}, s.id}, DataType::Int64());
     }},
    {"no columns", Stage::kParsed, [](SmallSample& s) { s.select.items.clear(); }},
    {"not a name", Stage::kParsed, [](SmallSample& s) { s.select.items[0].name = ""; }},
    {"two columns have one name: id", Stage::kParsed,
     [](SmallSample& s) { s.select.items[1].name = "id"; }},
    {"clauses without FROM", Stage::kParsed, [](SmallSample& s) { s.select.from = RelationId(); }},
    {"a join needs a condition", Stage::kParsed,
     [](SmallSample& s) {
       s.select.from = s.builder.Add(Join{JoinKind::kInner, s.table, s.table, ExprId()});
     }},
    {"a parameter's name is a lower-case word", Stage::kParsed,
     [](SmallSample& s) {
       s.select.items[0].expr =
           s.builder.Add(Parameter{"1; DROP TABLE t", DataType::Int64()}, DataType::Int64());
     }},
    {"OVER of something that is no function", Stage::kParsed,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Window{s.id, {}, {}, Frame()}, DataType::Int64());
     }},
    {"a map with keys without values", Stage::kParsed,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(MapNew{{s.id}, {}}, DataType::Int64());
     }},
    {"a struct whose fields have no or the same name", Stage::kParsed,
     [](SmallSample& s) {
       s.select.items[0].expr =
           s.builder.Add(StructNew{{{s.id, "a"}, {s.id, "a"}}}, DataType::Struct({}));
     }},
    {"a column whose table is not in FROM", Stage::kBound,
     [](SmallSample& s) {
       const SourceId other = s.builder.AddSource("other", testing_support::SampleColumns());
       s.select.items[0].expr = s.builder.ColumnOf(other, 0);
     }},
    {"a column whose table is not in FROM", Stage::kBound,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Column{s.source, 99}, DataType::Int64());
     }},
    {"one source twice in a FROM", Stage::kBound,
     [](SmallSample& s) {
       s.select.from = s.builder.Add(Join{JoinKind::kCross, s.table, s.table, ExprId()});
     }},
    {"an aggregate where none may be", Stage::kBound,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Aggregate{"sum", {s.id}}, DataType::Int64());
     }},
    {"an aggregate where none may be", Stage::kBound,
     [](SmallSample& s) {
       s.select.aggregated = true;
       const ExprId inner = s.builder.Add(Aggregate{"sum", {s.id}}, DataType::Int64());
       s.select.items[0].expr = s.builder.Add(Aggregate{"max", {inner}}, DataType::Int64());
     }},
    {"a window function where none may be", Stage::kBound,
     [](SmallSample& s) {
       const ExprId rank = s.builder.Add(Call{"rank", {}}, DataType::Int64());
       const ExprId window = s.builder.Add(Window{rank, {}, {}, Frame()}, DataType::Int64());
       s.select.where = s.builder.Compare(BinaryOperator::kLess, window, s.builder.Number(2));
     }},
    {"a constant as group key", Stage::kBound,
     [](SmallSample& s) {
       s.select.aggregated = true;
       s.select.grouping = Grouping{{{s.builder.Number(1)}}};
     }},
    {"a constant as sort key", Stage::kBound,
     [](SmallSample& s) { s.select.order = {{s.builder.Number(1), false, false}}; }},
    {"LIMIT without an order", Stage::kBound,
     [](SmallSample& s) { s.select.limit = s.builder.Number(1); }},
    {"Prefer or UNNEST over a join", Stage::kBound,
     [](SmallSample& s) {
       const SourceId other = s.builder.AddSource("o", testing_support::SampleColumns());
       const RelationId table = s.builder.Add(Table{"norma", "public", "o", other});
       const RelationId join = s.builder.Add(Join{JoinKind::kCross, s.table, table, ExprId()});
       s.select.from = s.builder.Add(Prefer{join, {s.id}, {{s.name, false, false}}});
     }},
    {"a column of another type than its table's: id", Stage::kTyped,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Column{s.source, 0}, DataType::Utf8());
     }},
    {"a column of another type than its table's: name", Stage::kTyped,
     [](SmallSample& s) {
       s.select.items[1].expr = s.builder.Add(Column{s.source, 1}, DataType::Utf8(), false);
     }},
    {"a constant of another type than its value", Stage::kTyped,
     [](SmallSample& s) {
       s.select.items[0].expr = s.builder.Add(Constant{Literal::Int64(1)}, DataType::Utf8(), false);
     }},
    {"a condition of type Int64", Stage::kTyped, [](SmallSample& s) { s.select.where = s.id; }},
    {"a cast of another type than its own", Stage::kTyped,
     [](SmallSample& s) {
       s.select.items[0].expr =
           s.builder.Add(Cast{s.id, DataType::Utf8(), false}, DataType::Int32());
     }},
    {"a field that the struct does not have: c", Stage::kTyped,
     [](SmallSample& s) {
       const ExprId pair = s.builder.ColumnOf(s.source, 5);
       s.select.items[0].expr = s.builder.Add(Field{pair, "c"}, DataType::Utf8());
     }},
};

TEST(VerifyFaults, AreNamedWithTheirStage) {
  for (const Fault& fault : kFaults) {
    SmallSample sample;
    fault.make(sample);
    const Ir ir = sample.Finish();
    EXPECT_THAT(Verify(ir, fault.stage), IsErrorWith(ErrorKind::kInternal, fault.message));
    if (fault.stage != Stage::kParsed) {
      const Stage before = fault.stage == Stage::kBound ? Stage::kParsed : Stage::kBound;
      EXPECT_THAT(Verify(ir, before), IsOk()) << fault.message;
    }
  }
}

TEST(VerifyFaults, NameThePlace) {
  SmallSample sample;
  const ExprId wrong =
      sample.builder.Add(Logic{LogicOperator::kAnd, {sample.flag}}, DataType::Boolean());
  sample.select.where = wrong;
  const std::string place = DescribeOrigin(sample.builder.ir[sample.builder.ir[wrong].origin]);
  EXPECT_THAT(Verify(sample.Finish(), Stage::kParsed),
              IsErrorWith(ErrorKind::kInternal, "[" + place + "]"));
}

TEST(VerifyFaults, ColumnsOfAQueryAreThoseOfItsItems) {
  SmallSample sample;
  Ir ir = sample.Finish();
  ir.root = ir.Add(Query{sample.select, {{"id", DataType::Utf8(), false}}, OriginId()});
  EXPECT_THAT(Verify(ir, Stage::kTyped),
              IsErrorWith(ErrorKind::kInternal, "a query with other columns than it says"));
}

TEST(VerifyFaults, NoRoot) {
  EXPECT_THAT(Verify(Ir(), Stage::kParsed), IsErrorWith(ErrorKind::kInternal, "no root"));
}

Ir NestedQuery(int negations) {
  SmallSample sample;
  ExprId deep = sample.id;
  for (int i = 0; i < negations; ++i) {
    deep = sample.builder.Add(Negate{deep}, DataType::Int64(), false);
  }
  sample.select.items[0].expr = deep;
  return sample.Finish();
}

TEST(VerifyLimits, Depth) {
  // The query and the column are levels too.
  EXPECT_THAT(Verify(NestedQuery(kMaxDepth - 2), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(NestedQuery(kMaxDepth - 1), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded, "query nests too deep: 257, allowed: 256"));
}

TEST(VerifyLimits, LongChainsCountByTheirBalancedHeight) {
  SmallSample sample;
  const std::vector<ExprId> operands(5000, sample.flag);
  sample.select.where =
      sample.builder.Add(Logic{LogicOperator::kAnd, operands}, DataType::Boolean());
  EXPECT_THAT(Verify(sample.Finish(), Stage::kTyped), IsOk());
}

TEST(VerifyLimits, ExpandedSize) {
  const auto doubled = [](int times) {
    SmallSample sample;
    ExprId sum = sample.id;
    for (int i = 0; i < times; ++i) {
      sum = sample.builder.Add(Binary{BinaryOperator::kAdd, sum, sum}, DataType::Int64(), false);
    }
    sample.select.items[0].expr = sum;
    return sample.Finish();
  };
  EXPECT_THAT(Verify(doubled(18), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(doubled(19), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded, "query is too large when written out"));
}

TEST(VerifyLimits, SharedQueries) {
  // UNION ALL of queries, each of them twice.
  const auto doubled = [](size_t queries) {
    SmallSample sample;
    SetOp all{.op = SetOperator::kUnion, .all = true, .names = {"id", "name"}};
    for (size_t i = 0; i < queries; ++i) {
      const QueryId query = sample.builder.AddSelect(sample.select);
      all.inputs.insert(all.inputs.end(), {query, query});
    }
    const std::vector<SchemaColumn> columns = sample.builder.ir[all.inputs.front()].columns;
    sample.builder.ir.root = sample.builder.ir.Add(Query{all, columns, OriginId()});
    return sample.builder.ir;
  };
  EXPECT_THAT(Verify(doubled(kMaxSharedQueries), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(doubled(kMaxSharedQueries + 1), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded,
                          "query has too many parts that are used twice: 1001, allowed: 1000"));
}

TEST(VerifyLimits, NodesColumnsSourcesAndRows) {
  const auto wide = [](size_t columns) {
    SmallSample sample;
    sample.select.items.clear();
    for (size_t i = 0; i < columns; ++i) {
      sample.select.items.push_back({sample.id, "c" + std::to_string(i)});
    }
    return sample.Finish();
  };
  EXPECT_THAT(Verify(wide(kMaxColumns), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(wide(kMaxColumns + 1), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded, "too many columns: 4097"));

  const auto many_nodes = [](size_t nodes) {
    SmallSample sample;
    // id, name, flag, the table, the query and the AND itself.
    std::vector<ExprId> flags(nodes - 6);
    for (ExprId& flag : flags) {
      flag = sample.builder.ColumnOf(sample.source, 2);
    }
    flags.push_back(sample.flag);
    sample.select.where =
        sample.builder.Add(Logic{LogicOperator::kAnd, flags}, DataType::Boolean());
    return sample.Finish();
  };
  EXPECT_THAT(Verify(many_nodes(kMaxNodes), Stage::kParsed), IsOk());
  EXPECT_THAT(Verify(many_nodes(kMaxNodes + 1), Stage::kParsed),
              IsErrorWith(ErrorKind::kLimitExceeded, "too many nodes: 250001, allowed: 250000"));

  // A tree of joins, so that depth is not what stops it.
  const auto joined = [](size_t tables) {
    SmallSample sample;
    std::vector<RelationId> level{sample.table};
    while (level.size() < tables) {
      const SourceId source = sample.builder.AddSource("t", testing_support::SampleColumns());
      level.push_back(sample.builder.Add(Table{"norma", "public", "t", source}));
    }
    while (level.size() > 1) {
      std::vector<RelationId> next;
      for (size_t i = 0; i + 1 < level.size(); i += 2) {
        next.push_back(
            sample.builder.Add(Join{JoinKind::kCross, level[i], level[i + 1], ExprId()}));
      }
      if (level.size() % 2 == 1) {
        next.push_back(level.back());
      }
      level = std::move(next);
    }
    sample.select.from = level.front();
    return sample.Finish();
  };
  EXPECT_THAT(Verify(joined(kMaxSourcesInFrom), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(joined(kMaxSourcesInFrom + 1), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded, "too many tables in one FROM: 257"));

  const auto constants = [](size_t rows) {
    IrBuilder builder;
    Values values;
    values.names = {"v"};
    values.rows.assign(rows, {builder.Number(1)});
    builder.ir.root = builder.ir.Add(Query{values, {{"v", DataType::Int64(), true}}, OriginId()});
    return builder.ir;
  };
  EXPECT_THAT(Verify(constants(kMaxValuesRows), Stage::kTyped), IsOk());
  EXPECT_THAT(Verify(constants(kMaxValuesRows + 1), Stage::kTyped),
              IsErrorWith(ErrorKind::kLimitExceeded, "too many rows of constants: 10001"));
}

}  // namespace
}  // namespace norma::sql
