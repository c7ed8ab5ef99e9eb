#pragma once

/// \file
/// Functions over columns. Types are those that the engine reports; see Call for functions that
/// have no name of their own here.

#include <string_view>
#include <vector>

#include "norma/expr/column.h"

namespace norma::expr {

// ---- text --------------------------------------------------------------------------------------

Column Lower(Column text, Place where = Place::current());
Column Upper(Column text, Place where = Place::current());
/// Without spaces (U+0020) at both ends.
Column Strip(Column text, Place where = Place::current());
/// Characters (code points).
Column CharLength(Column text, Place where = Place::current());
/// Bytes of UTF-8.
Column ByteLength(Column text, Place where = Place::current());
Column StartsWith(Column text, Column prefix, Place where = Place::current());
Column EndsWith(Column text, Column suffix, Place where = Place::current());
Column Contains(Column text, Column part, Place where = Place::current());
/// The first place of `part` in characters, counted from 1; 0 when it is absent.
Column Position(Column text, Column part, Place where = Place::current());
/// `count` characters from the 1-based character `start`.
Column Substr(Column text, Column start, Column count, Place where = Place::current());
Column Replace(Column text, Column from, Column to, Place where = Place::current());
/// The n-th part (from 1) between separators; '' when there are fewer.
Column SplitPart(Column text, Column separator, Column n, Place where = Place::current());
/// Joined, NULLs left out; '' when all are NULL.
Column Concat(std::vector<Column> texts, Place where = Place::current());
/// Joined; NULL when one is NULL.
Column ConcatStrict(std::vector<Column> texts, Place where = Place::current());
/// `%` any text, `_` one character, `\` escapes.
Column Like(Column text, Column pattern, Place where = Place::current());
Column ILike(Column text, Column pattern, Place where = Place::current());
/// Whether the regular expression (the engine's, of Rust's regex crate) matches somewhere.
Column RegexpMatches(Column text, Column pattern, Place where = Place::current());
/// The text with matches replaced: the first one, or all with the flag "g".
Column RegexpReplace(Column text, Column pattern, Column replacement, std::string_view flags = "",
                     Place where = Place::current());

// ---- numbers and ids ---------------------------------------------------------------------------

Column Abs(Column number, Place where = Place::current());
Column Floor(Column number, Place where = Place::current());
Column Ceil(Column number, Place where = Place::current());
Column Round(Column number, Place where = Place::current());
Column BitAnd(Column left, Column right, Place where = Place::current());
Column BitOr(Column left, Column right, Place where = Place::current());
Column BitXor(Column left, Column right, Place where = Place::current());
/// norma_id(kind, parts…): an id of docs/ids.md, where NULL is a part like any other.
Column Id(std::string_view kind, std::vector<Column> parts, Place where = Place::current());

// ---- structs, lists, maps ----------------------------------------------------------------------

/// The order of the fields is part of the type.
Column Struct(Cols fields, Place where = Place::current());
/// Items of one type, or of types that the engine unites. An empty list needs EmptyList.
Column List(std::vector<Column> items, Place where = Place::current());
Column EmptyList(DataType item, Place where = Place::current());
struct MapEntry {
  Column key;
  Column value;
};
/// Keys must differ. An empty map needs EmptyMap.
Column Map(const std::vector<MapEntry>& entries, Place where = Place::current());
/// A map of Utf8 to Utf8 without entries.
Column EmptyMap(Place where = Place::current());
/// Elements of the list, NULLs included; 0 for an empty list, NULL for NULL.
Column ListLength(Column list, Place where = Place::current());
Column ListContains(Column list, Column element, Place where = Place::current());
Column ListSort(Column list, Place where = Place::current());
Column ListDistinct(Column list, Place where = Place::current());
Column ListConcat(std::vector<Column> lists, Place where = Place::current());
/// Elements `first` to `last`, both counted from 1 and included.
Column ListSlice(Column list, Column first, Column last, Place where = Place::current());
/// The elements as one text; NULL elements are left out.
Column ListJoin(Column list, Column separator, Place where = Place::current());
Column MapKeys(Column map, Place where = Place::current());
Column MapValues(Column map, Place where = Place::current());

// ---- aggregates: .Where(condition), .Distinct(), .Over(window) ---------------------------------

/// count(*).
Column CountRows(Place where = Place::current());
/// Rows where the value is not NULL.
Column Count(Column input, Place where = Place::current());
Column CountDistinct(Column input, Place where = Place::current());
Column Sum(Column input, Place where = Place::current());
Column Mean(Column input, Place where = Place::current());
Column Min(Column input, Place where = Place::current());
Column Max(Column input, Place where = Place::current());
/// Whether it is true in all rows, or in one, where it is not NULL.
Column AllTrue(Column input, Place where = Place::current());
Column AnyTrue(Column input, Place where = Place::current());
/// The value in the first row by `order`; the values as a list; as one text. NULLs stay.
Column FirstBy(Column input, Order order, Place where = Place::current());
Column Collect(Column input, Order order, Place where = Place::current());
Column JoinText(Column input, std::string_view separator, Order order,
                Place where = Place::current());

// ---- window functions: need .Over(window) with a total order, the ranks aside ------------------

/// 1, 2, 3, … (UInt64).
Column RowNumber(Place where = Place::current());
Column Rank(Place where = Place::current());
Column DenseRank(Place where = Place::current());
/// The value `offset` rows before, or after; NULL where there is none.
Column Lag(Column input, int64_t offset = 1, Place where = Place::current());
Column Lead(Column input, int64_t offset = 1, Place where = Place::current());
Column FirstValue(Column input, Place where = Place::current());
Column LastValue(Column input, Place where = Place::current());

// ---- everything else ---------------------------------------------------------------------------

/// Any scalar function of the engine's catalogue, by its primary name. A volatile one is refused.
Column Call(std::string_view function, std::vector<Column> args, Place where = Place::current());

}  // namespace norma::expr
