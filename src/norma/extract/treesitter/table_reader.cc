#include "norma/extract/treesitter/table_reader.h"

#include <fmt/format.h>

#include <cstdlib>

namespace norma::extract::treesitter {
namespace {

void Require(bool holds, std::string_view what) {
  if (!holds) {
    fmt::print(stderr, "table reader: {}\n", what);
    std::abort();
  }
}

std::string ValueText(const ArrowArrayView& view, int64_t row);

std::string ListText(const ArrowArrayView& view, int64_t row) {
  const int64_t begin = ArrowArrayViewListChildOffset(&view, row);
  const int64_t end = ArrowArrayViewListChildOffset(&view, row + 1);
  std::string text = "[";
  for (int64_t i = begin; i < end; ++i) {
    text += (i == begin ? "" : ", ") + ValueText(*view.children[0], i);
  }
  return text + "]";
}

std::string StructText(const ArrowArrayView& view, int64_t row) {
  std::string text = "{";
  for (int64_t i = 0; i < view.n_children; ++i) {
    text += (i == 0 ? "" : ", ") + ValueText(*view.children[i], row);
  }
  return text + "}";
}

std::string ValueText(const ArrowArrayView& view, int64_t row) {
  if (ArrowArrayViewIsNull(&view, row) != 0) {
    return "∅";
  }
  switch (view.storage_type) {
    case NANOARROW_TYPE_STRING: {
      const ArrowStringView text = ArrowArrayViewGetStringUnsafe(&view, row);
      return std::string(text.data, static_cast<size_t>(text.size_bytes));
    }
    case NANOARROW_TYPE_BOOL:
      return ArrowArrayViewGetIntUnsafe(&view, row) != 0 ? "true" : "false";
    case NANOARROW_TYPE_LIST:
      return ListText(view, row);
    case NANOARROW_TYPE_STRUCT:
      return StructText(view, row);
    default:  // NOLINT: the tables of this producer hold integers besides
      return std::to_string(ArrowArrayViewGetIntUnsafe(&view, row));
  }
}

}  // namespace

TableReader::TableReader(arrow::TableBuilder& builder) {
  auto finished = builder.Finish();
  Require(finished.ok(), finished.ok() ? "" : finished.error().message);
  nanoarrow::UniqueArrayView view;
  Require(ArrowArrayViewInitFromSchema(view.get(), &builder.schema(), nullptr) == NANOARROW_OK &&
              ArrowArrayViewSetArray(view.get(), finished.value().get(), nullptr) == NANOARROW_OK,
          "not a batch of its schema");
  for (int64_t i = 0; i < builder.schema().n_children; ++i) {
    columns_.emplace_back(builder.schema().children[i]->name);
    index_[columns_.back()] = static_cast<size_t>(i);
  }
  for (int64_t row = 0; row < view->length; ++row) {
    std::vector<std::string> values;
    values.reserve(view->n_children);
    for (int64_t i = 0; i < view->n_children; ++i) {
      values.push_back(ValueText(*view->children[i], row));
    }
    rows_.push_back(std::move(values));
  }
}

const std::string& TableReader::Get(int64_t row, std::string_view column) const {
  const auto found = index_.find(column);
  Require(found != index_.end(), column);
  return rows_[static_cast<size_t>(row)][found->second];
}

int64_t TableReader::GetInt(int64_t row, std::string_view column) const {
  return std::strtoll(Get(row, column).c_str(), nullptr, 10);
}

std::string TableReader::Line(int64_t row, const std::vector<std::string_view>& columns) const {
  std::string line;
  for (const std::string_view column : columns) {
    line += (line.empty() ? "" : " | ") + Get(row, column);
  }
  return line;
}

std::string TableReader::Lines(const std::vector<std::string_view>& columns) const {
  std::string lines;
  for (int64_t row = 0; row < rows(); ++row) {
    lines += Line(row, columns) + "\n";
  }
  return lines;
}

}  // namespace norma::extract::treesitter
