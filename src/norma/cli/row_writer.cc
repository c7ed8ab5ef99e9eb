#include "norma/cli/row_writer.h"

#include <array>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "norma/base/json.h"
#include "norma/cli/text_table.h"
#include "norma/diagnostics/escape.h"

namespace norma::cli {
namespace {

struct NamedFormat {
  std::string_view name;
  RowFormat format;
};

constexpr std::array kFormats = {
    NamedFormat{"table", RowFormat::kTable},     NamedFormat{"csv", RowFormat::kCsv},
    NamedFormat{"json", RowFormat::kJson},       NamedFormat{"ndjson", RowFormat::kNdjson},
    NamedFormat{"parquet", RowFormat::kParquet}, NamedFormat{"arrow", RowFormat::kArrow}};

class TableWriter final : public RowWriter {
 public:
  TableWriter(const BatchReader& reader, std::ostream& out, Style style)
      : reader_(reader), table_(Columns(reader), out, style), cells_(reader.columns()) {}

  void Write() override {
    for (int64_t row = 0; row < reader_.rows(); ++row) {
      for (size_t i = 0; i < cells_.size(); ++i) {
        cells_[i].clear();
        reader_.AppendText(i, row, cells_[i]);
      }
      table_.Row(cells_);
    }
  }
  void Finish() override { table_.Finish(); }

 private:
  static std::vector<TextTable::Column> Columns(const BatchReader& reader) {
    std::vector<TextTable::Column> columns;
    columns.reserve(reader.columns());
    for (size_t i = 0; i < reader.columns(); ++i) {
      columns.push_back(
          {.title = reader.name(i),
           .align = reader.is_number(i) ? TextTable::Align::kRight : TextTable::Align::kLeft});
    }
    return columns;
  }

  const BatchReader& reader_;
  TextTable table_;
  std::vector<std::string> cells_;
};

/// EXPLAIN gives trees of many lines, which no table holds.
class PlanWriter final : public RowWriter {
 public:
  PlanWriter(const BatchReader& reader, std::ostream& out, Style style)
      : reader_(reader), out_(out), style_(style) {}

  static bool Suits(const BatchReader& reader) {
    return reader.columns() == 2 && reader.name(0) == "plan_type" && reader.name(1) == "plan";
  }

  void Write() override {
    for (int64_t row = 0; row < reader_.rows(); ++row) {
      std::string type;
      std::string plan;
      reader_.AppendText(0, row, type);
      reader_.AppendText(1, row, plan);
      out_ << style_.Bold(diagnostics::EscapeControls(type)) << '\n';
      std::istringstream lines(plan);
      for (std::string line; std::getline(lines, line);) {
        out_ << "  " << diagnostics::EscapeControls(line) << '\n';
      }
    }
  }
  void Finish() override {}

 private:
  const BatchReader& reader_;
  std::ostream& out_;
  Style style_;
};

void AppendCsvField(std::string_view text, std::string& out) {
  if (!text.empty() && text.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (const char c : text) {
    out += c == '"' ? "\"\"" : std::string_view(&c, 1);
  }
  out.push_back('"');
}

class CsvWriter final : public RowWriter {
 public:
  CsvWriter(const BatchReader& reader, std::ostream& out) : reader_(reader), out_(out) {
    std::string line;
    for (size_t i = 0; i < reader.columns(); ++i) {
      line += i == 0 ? "" : ",";
      AppendCsvField(reader.name(i), line);
    }
    out_ << line << '\n';
  }

  void Write() override {
    std::string text;
    std::string value;
    for (int64_t row = 0; row < reader_.rows(); ++row) {
      for (size_t i = 0; i < reader_.columns(); ++i) {
        text += i == 0 ? "" : ",";
        if (!reader_.IsNull(i, row)) {
          value.clear();
          reader_.AppendText(i, row, value);
          AppendCsvField(value, text);
        }
      }
      text.push_back('\n');
    }
    out_ << text;
  }
  void Finish() override {}

 private:
  const BatchReader& reader_;
  std::ostream& out_;
};

class JsonWriter final : public RowWriter {
 public:
  JsonWriter(const BatchReader& reader, std::ostream& out, RowFormat format)
      : reader_(reader), out_(out), is_array_(format == RowFormat::kJson) {
    for (size_t i = 0; i < reader.columns(); ++i) {
      std::string key(i == 0 ? "{" : ",");
      AppendJsonString(reader.name(i), key);
      key.push_back(':');
      keys_.push_back(std::move(key));
    }
    out_ << (is_array_ ? "[" : "");
  }

  void Write() override {
    std::string text;
    for (int64_t row = 0; row < reader_.rows(); ++row) {
      text += !is_array_ ? "" : is_first_ ? "\n" : ",\n";
      is_first_ = false;
      text += keys_.empty() ? "{" : "";
      for (size_t i = 0; i < keys_.size(); ++i) {
        text += keys_[i];
        reader_.AppendJson(i, row, text);
      }
      text += is_array_ ? "}" : "}\n";
    }
    out_ << text;
  }
  void Finish() override { out_ << (!is_array_ ? "" : is_first_ ? "]\n" : "\n]\n"); }

 private:
  const BatchReader& reader_;
  std::ostream& out_;
  const bool is_array_;
  bool is_first_ = true;
  std::vector<std::string> keys_;
};

}  // namespace

std::optional<RowFormat> ParseRowFormat(std::string_view name) {
  for (const NamedFormat& known : kFormats) {
    if (known.name == name) {
      return known.format;
    }
  }
  return std::nullopt;
}

std::string_view RowFormatName(RowFormat format) {
  for (const NamedFormat& known : kFormats) {
    if (known.format == format) {
      return known.name;
    }
  }
  return "";
}

std::unique_ptr<RowWriter> MakeRowWriter(RowFormat format, const BatchReader& reader,
                                         std::ostream& out, Style style) {
  switch (format) {
    case RowFormat::kTable:
      return PlanWriter::Suits(reader)
                 ? std::unique_ptr<RowWriter>(std::make_unique<PlanWriter>(reader, out, style))
                 : std::make_unique<TableWriter>(reader, out, style);
    case RowFormat::kCsv:
      return std::make_unique<CsvWriter>(reader, out);
    case RowFormat::kJson:
    case RowFormat::kNdjson:
      return std::make_unique<JsonWriter>(reader, out, format);
    case RowFormat::kParquet:
    case RowFormat::kArrow:
      break;
  }
  return nullptr;
}

}  // namespace norma::cli
