#include "norma/expr/functions.h"

#include <utility>

#include "norma/expr/column_internal.h"

namespace norma::expr {
namespace {

// Functions are called by their primary names; the engine's aliases would be other queries.
Column MakeCall(std::string_view function, std::vector<Column> args, Place where) {
  return MakeColumn(CallForm{std::string(function)}, std::move(args), where);
}

Column MakeAggregate(std::string_view function, std::vector<Column> args, Place where) {
  const size_t count = args.size();
  return MakeColumn(AggregateForm{std::string(function), count}, std::move(args), where);
}

Column MakeOrderedAggregate(std::string_view function, std::vector<Column> args, Order order,
                            Place where) {
  AggregateForm form{std::string(function), args.size()};
  form.needs_total_order = true;
  for (SortKey& key : order) {
    form.order.push_back({sql::ExprId(), key.descending, key.nulls_first});
    args.push_back(std::move(key.column));
  }
  return MakeColumn(std::move(form), std::move(args), where);
}

Column MakeWindowFunction(std::string_view function, bool needs_total_order,
                          std::vector<Column> args, Place where) {
  return MakeColumn(WindowFunctionForm{std::string(function), needs_total_order}, std::move(args),
                    where);
}

Column MakeBits(sql::BinaryOperator op, Column left, Column right, Place where) {
  return MakeColumn(BinaryForm{op}, {std::move(left), std::move(right)}, where);
}

}  // namespace

Column Lower(Column text, Place where) { return MakeCall("lower", {std::move(text)}, where); }
Column Upper(Column text, Place where) { return MakeCall("upper", {std::move(text)}, where); }
Column Strip(Column text, Place where) { return MakeCall("btrim", {std::move(text)}, where); }
Column CharLength(Column text, Place where) {
  return MakeCall("character_length", {std::move(text)}, where);
}
Column ByteLength(Column text, Place where) {
  return MakeCall("octet_length", {std::move(text)}, where);
}
Column StartsWith(Column text, Column prefix, Place where) {
  return MakeCall("starts_with", {std::move(text), std::move(prefix)}, where);
}
Column EndsWith(Column text, Column suffix, Place where) {
  return MakeCall("ends_with", {std::move(text), std::move(suffix)}, where);
}
Column Contains(Column text, Column part, Place where) {
  return MakeCall("contains", {std::move(text), std::move(part)}, where);
}
Column Position(Column text, Column part, Place where) {
  return MakeCall("strpos", {std::move(text), std::move(part)}, where);
}
Column Substr(Column text, Column start, Column count, Place where) {
  return MakeCall("substr", {std::move(text), std::move(start), std::move(count)}, where);
}
Column Replace(Column text, Column from, Column to, Place where) {
  return MakeCall("replace", {std::move(text), std::move(from), std::move(to)}, where);
}
Column SplitPart(Column text, Column separator, Column n, Place where) {
  return MakeCall("split_part", {std::move(text), std::move(separator), std::move(n)}, where);
}

Column Concat(std::vector<Column> texts, Place where) {
  if (texts.empty()) {
    return Lit("", where);
  }
  return MakeCall("concat", std::move(texts), where);
}

Column ConcatStrict(std::vector<Column> texts, Place where) {
  if (texts.empty()) {
    return Lit("", where);
  }
  Column joined = std::move(texts.front());
  for (size_t i = 1; i < texts.size(); ++i) {
    joined = MakeBits(sql::BinaryOperator::kConcat, std::move(joined), std::move(texts[i]), where);
  }
  return joined;
}

Column Like(Column text, Column pattern, Place where) {
  return MakeColumn(LikeForm{false}, {std::move(text), std::move(pattern)}, where);
}
Column ILike(Column text, Column pattern, Place where) {
  return MakeColumn(LikeForm{true}, {std::move(text), std::move(pattern)}, where);
}
Column RegexpMatches(Column text, Column pattern, Place where) {
  return MakeBits(sql::BinaryOperator::kMatch, std::move(text), std::move(pattern), where);
}
Column RegexpReplace(Column text, Column pattern, Column replacement, std::string_view flags,
                     Place where) {
  std::vector<Column> args{std::move(text), std::move(pattern), std::move(replacement)};
  if (!flags.empty()) {
    args.push_back(Lit(flags, where));
  }
  return MakeCall("regexp_replace", std::move(args), where);
}

Column Abs(Column number, Place where) { return MakeCall("abs", {std::move(number)}, where); }
Column Floor(Column number, Place where) { return MakeCall("floor", {std::move(number)}, where); }
Column Ceil(Column number, Place where) { return MakeCall("ceil", {std::move(number)}, where); }
Column Round(Column number, Place where) { return MakeCall("round", {std::move(number)}, where); }
Column BitAnd(Column left, Column right, Place where) {
  return MakeBits(sql::BinaryOperator::kBitAnd, std::move(left), std::move(right), where);
}
Column BitOr(Column left, Column right, Place where) {
  return MakeBits(sql::BinaryOperator::kBitOr, std::move(left), std::move(right), where);
}
Column BitXor(Column left, Column right, Place where) {
  return MakeBits(sql::BinaryOperator::kBitXor, std::move(left), std::move(right), where);
}

Column Id(std::string_view kind, std::vector<Column> parts, Place where) {
  parts.insert(parts.begin(), Lit(kind, where));
  return MakeCall("norma_id", std::move(parts), where);
}

Column Struct(Cols fields, Place where) {
  StructForm form;
  std::vector<Column> args;
  for (NamedColumn& field : fields) {
    form.names.push_back(std::move(field.name));
    args.push_back(std::move(field.column));
  }
  if (args.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "Struct needs at least one field", where);
  }
  return MakeColumn(std::move(form), std::move(args), where);
}

Column List(std::vector<Column> items, Place where) {
  if (items.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "List needs at least one item; use EmptyList",
                   where);
  }
  return MakeColumn(ListForm(), std::move(items), where);
}

Column EmptyList(DataType item, Place where) {
  return MakeColumn(ListForm(), {}, where).Cast(DataType::List(std::move(item)), where);
}

Column Map(const std::vector<MapEntry>& entries, Place where) {
  if (entries.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "Map needs at least one entry; use EmptyMap",
                   where);
  }
  std::vector<Column> args;
  args.reserve(2 * entries.size());
  for (const MapEntry& entry : entries) {
    args.push_back(entry.key);
  }
  for (const MapEntry& entry : entries) {
    args.push_back(entry.value);
  }
  return MakeColumn(MapForm(), std::move(args), where);
}

Column EmptyMap(Place where) {
  const Column no_texts = EmptyList(DataType::Utf8(), where);
  return MakeCall("map", {no_texts, no_texts}, where);
}

Column ListLength(Column list, Place where) {
  return MakeCall("array_length", {std::move(list)}, where);
}
Column ListContains(Column list, Column element, Place where) {
  return MakeCall("array_has", {std::move(list), std::move(element)}, where);
}
Column ListSort(Column list, Place where) {
  return MakeCall("array_sort", {std::move(list), Lit("ASC", where), Lit("NULLS LAST", where)},
                  where);
}
Column ListDistinct(Column list, Place where) {
  return MakeCall("array_distinct", {std::move(list)}, where);
}
Column ListConcat(std::vector<Column> lists, Place where) {
  if (lists.empty()) {
    return Mistake(ErrorKind::kInvalidArgument, "ListConcat needs at least one list", where);
  }
  return MakeCall("array_concat", std::move(lists), where);
}
Column ListSlice(Column list, Column first, Column last, Place where) {
  return MakeCall("array_slice", {std::move(list), std::move(first), std::move(last)}, where);
}
Column ListJoin(Column list, Column separator, Place where) {
  return MakeCall("array_to_string", {std::move(list), std::move(separator)}, where);
}
Column MapKeys(Column map, Place where) { return MakeCall("map_keys", {std::move(map)}, where); }
Column MapValues(Column map, Place where) {
  return MakeCall("map_values", {std::move(map)}, where);
}

Column CountRows(Place where) { return MakeAggregate("count", {}, where); }
Column Count(Column input, Place where) {
  return MakeAggregate("count", {std::move(input)}, where);
}
Column CountDistinct(Column input, Place where) {
  return Count(std::move(input), where).Distinct(where);
}
Column Sum(Column input, Place where) { return MakeAggregate("sum", {std::move(input)}, where); }
Column Mean(Column input, Place where) { return MakeAggregate("avg", {std::move(input)}, where); }
Column Min(Column input, Place where) { return MakeAggregate("min", {std::move(input)}, where); }
Column Max(Column input, Place where) { return MakeAggregate("max", {std::move(input)}, where); }
Column AllTrue(Column input, Place where) {
  return MakeAggregate("bool_and", {std::move(input)}, where);
}
Column AnyTrue(Column input, Place where) {
  return MakeAggregate("bool_or", {std::move(input)}, where);
}
Column FirstBy(Column input, Order order, Place where) {
  return MakeOrderedAggregate("first_value", {std::move(input)}, std::move(order), where);
}
Column Collect(Column input, Order order, Place where) {
  return MakeOrderedAggregate("array_agg", {std::move(input)}, std::move(order), where);
}
Column JoinText(Column input, std::string_view separator, Order order, Place where) {
  return MakeOrderedAggregate("string_agg", {std::move(input), Lit(separator, where)},
                              std::move(order), where);
}

Column RowNumber(Place where) { return MakeWindowFunction("row_number", true, {}, where); }
Column Rank(Place where) { return MakeWindowFunction("rank", false, {}, where); }
Column DenseRank(Place where) { return MakeWindowFunction("dense_rank", false, {}, where); }
Column Lag(Column input, int64_t offset, Place where) {
  return MakeWindowFunction("lag", true, {std::move(input), Column(offset, where)}, where);
}
Column Lead(Column input, int64_t offset, Place where) {
  return MakeWindowFunction("lead", true, {std::move(input), Column(offset, where)}, where);
}
Column FirstValue(Column input, Place where) {
  return MakeWindowFunction("first_value", true, {std::move(input)}, where);
}
Column LastValue(Column input, Place where) {
  return MakeWindowFunction("last_value", true, {std::move(input)}, where);
}

Column Call(std::string_view function, std::vector<Column> args, Place where) {
  return MakeCall(function, std::move(args), where);
}

}  // namespace norma::expr
