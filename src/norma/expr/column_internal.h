#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "norma/base/error.h"
#include "norma/expr/column.h"

namespace norma::expr {

/// Identifies a column through the verbs that pass it on unchanged. Unique within one Plan.
using ColumnToken = uint64_t;

// What a formula is made of before it meets a table. Each is the node of the IR it becomes, with
// formulas in place of ids; lower.cc turns one into the other.
struct MistakeForm {
  Error error;
};
struct NamedForm {
  std::string name;
};
/// t["x"]: the column with this token, wherever the table it is used on has it now.
struct TokenForm {
  ColumnToken token;
  std::string name;
  std::string table;
};
struct ConstantForm {
  sql::Literal value;
};
struct LogicForm {
  sql::LogicOperator op;
};
struct NotForm {};
struct NegateForm {};
struct BinaryForm {
  sql::BinaryOperator op;
};
struct TestForm {
  sql::TestKind kind;
  bool negated;
};
struct DistinctForm {
  bool negated;
};
struct BetweenForm {};
struct LikeForm {
  bool case_insensitive;
};
/// Arguments: the input, then the items.
struct InForm {
  bool negated;
};
/// Arguments: condition, value, condition, value, …, otherwise.
struct CaseForm {};
struct CastForm {
  DataType to;
  bool safe;
};
struct CallForm {
  std::string function;
};
/// Arguments: those of the function, the filter when there is one, the sort keys.
struct AggregateForm {
  std::string function;
  size_t arg_count;
  bool distinct = false;
  bool has_filter = false;
  std::vector<sql::SortKey> order = {};  // flags only
  bool needs_total_order = false;
};
/// Arguments: those of the function.
struct WindowFunctionForm {
  std::string function;
  bool needs_total_order;
};
/// Arguments: the function, the partition, the sort keys.
struct WindowForm {
  size_t partition_count;
  std::vector<sql::SortKey> order;  // flags only
  std::optional<sql::Frame> frame;
};
struct FieldForm {
  std::string name;
};
/// Arguments: the list or map, and the index or key.
struct IndexForm {};
struct MapGetForm {};
struct StructForm {
  std::vector<std::string> names;
};
struct ListForm {};
/// Arguments: all keys, then all values.
struct MapForm {};

using Form =
    std::variant<MistakeForm, NamedForm, TokenForm, ConstantForm, LogicForm, NotForm, NegateForm,
                 BinaryForm, TestForm, DistinctForm, BetweenForm, LikeForm, InForm, CaseForm,
                 CastForm, CallForm, AggregateForm, WindowFunctionForm, WindowForm, FieldForm,
                 IndexForm, MapGetForm, StructForm, ListForm, MapForm>;

struct ColumnNode {
  Form form;
  std::vector<Column> args;
  Place where;
  /// Levels, a constant or column being one. Bounded, so that destructors may recurse.
  int depth;
};

/// A formula out of its parts. One that is too deep is a mistake of its own, without parts.
Column MakeColumn(Form form, std::vector<Column> args, Place where);
/// A formula that is an error, for the verb that takes it.
Column Mistake(ErrorKind kind, std::string message, Place where);

/// Puts " [file.cc:12]" behind a message.
Error AtPlace(Error error, Place where);
/// A mistake of whoever writes the rule, with its place.
Error Wrong(std::string message, Place where);

}  // namespace norma::expr
