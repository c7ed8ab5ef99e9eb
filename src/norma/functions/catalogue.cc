#include "norma/functions/catalogue.h"

#include <fmt/format.h>

#include <cassert>
#include <string_view>
#include <vector>

#include "norma/functions/id_functions.h"
#include "norma/functions/position_functions.h"
#include "norma/functions/span_functions.h"
#include "norma/functions/type_functions.h"

namespace norma::functions {
namespace {

struct Entry {
  std::string_view name;
  std::string_view arguments;  // short schema text
  std::string_view result;     // short type text, "!" for never NULL
  std::string_view description;
  std::string_view example;
  engine::ScalarCall call;
  bool variadic = false;
};

constexpr Entry kEntries[] = {
    {"norma_id", "kind s", "s!",
     "The id of a thing: 22 characters that depend on its kind and parts only, NULL parts "
     "included.",
     "norma_id('file', NULL, 'src/a.py')", NormaId, true},
    {"norma_is_id", "text s", "b", "Whether a text has the form of an id.", "norma_is_id(file_id)",
     IsIdKernel},
    {"norma_span",
     "adapter s, raw_start_line i32, raw_start_col i32, raw_end_line i32, raw_end_col i32, "
     "bstart i64, bend i64, span_ok b",
     "span",
     "The span struct of output tables from a producer's position; the adapter says how it counts.",
     "norma_span('treesitter', raw_start_line, raw_start_col, raw_end_line, raw_end_col, bstart, "
     "bend, span_ok)",
     SpanKernel},
    {"norma_span_attrs", "column s, span_ok b, span_reason s", "map!",
     "The attrs of a row: <column>.outcome and <column>.reason of each span that is not ok. "
     "Further "
     "spans (column, ok, reason) and entries (key, value; left out if the value is NULL) may "
     "follow.",
     "norma_span_attrs('span', span_ok, span_reason, 'type.forward_ref', 'true')", SpanAttrsKernel,
     true},
    {"norma_line_col", "line_starts list<i64>, byte i64", "struct<line i32, col i32>",
     "Line and byte column of an offset, both from 0; NULL for a negative offset.",
     "norma_line_col(line_starts, span['bstart'])", LineColKernel},
    {"byte_to_utf16", "line_text s, byte i64", "i64",
     "The UTF-16 column of a byte of a line; NULL out of range or inside a character.",
     "byte_to_utf16('é = 1', 3)", ByteToUtf16Kernel},
    {"utf16_to_byte", "line_text s, col i64", "i64",
     "The byte of a UTF-16 column of a line; NULL out of range or inside a character.",
     "utf16_to_byte('é = 1', 2)", Utf16ToByteKernel},
    {"col_to_byte", "line_text s, col i64, unit s", "i64",
     "The byte of a column in a unit (byte, utf8, utf16, utf32), clamped to the line; NULL inside "
     "a "
     "character. For compatibility.",
     "col_to_byte('é = 1', 2, 'utf32')", ColToByteKernel},
    {"norma_type_repr", "text s", "s", "The canonical text of a Python type expression.",
     "norma_type_repr('Optional[ int ]')", TypeReprKernel},
    {"norma_type_form", "type_repr s", "s",
     "The form of a type that norma_type_repr printed: none, any, optional, union, generic, ….",
     "norma_type_form('int | None')", TypeFormKernel},
    {"stable_hash64", "text s", "i64",
     "BLAKE2b of 8 bytes, big-endian, top bit cleared. For joins with older tables.",
     "stable_hash64('abc')", StableHash64Kernel},
    {"stable_hash128", "text s", "s", "BLAKE2b of 16 bytes in hex. For joins with older tables.",
     "stable_hash128('abc')", StableHash128Kernel},
    {"prefixed_hash64", "prefix s, text s", "s",
     "The prefix, a colon and stable_hash64 of the text. For joins with older tables.",
     "prefixed_hash64('qname', 'pkg.mod.f')", PrefixedHash64Kernel},
    {"stable_id", "prefix s, text s", "s",
     "The prefix, a colon and stable_hash128 of the text. For joins with older tables.",
     "stable_id('file', 'src/a.py')", StableIdKernel},
};

arrow::Schema MustParse(std::string_view text) {
  auto schema = arrow::ParseSchemaText(text);
  assert(schema.ok());
  return std::move(schema).value();
}

/// "norma_span(adapter, raw_start_line, …)"
std::string SyntaxOf(const Entry& entry, const arrow::Schema& arguments) {
  std::string names;
  for (const arrow::Field& argument : arguments) {
    names += names.empty() ? argument.name : ", " + argument.name;
  }
  return fmt::format("{}({}{})", entry.name, names, entry.variadic ? ", …" : "");
}

std::vector<engine::ScalarFunction> MakeFunctions() {
  std::vector<engine::ScalarFunction> functions;
  for (const Entry& entry : kEntries) {
    const std::string result =
        entry.result == "span" ? fmt::format("{}!", kSpanType) : std::string(entry.result);
    engine::ScalarFunction function;
    function.name = entry.name;
    function.description = fmt::format("{} Example: {}", entry.description, entry.example);
    function.arguments = MustParse(entry.arguments);
    function.syntax = SyntaxOf(entry, function.arguments);
    function.result = MustParse("result " + result).front();
    function.variadic = entry.variadic;
    function.call = entry.call;
    functions.push_back(std::move(function));
  }
  return functions;
}

}  // namespace

std::span<const engine::ScalarFunction> NormaFunctions() {
  static const std::vector<engine::ScalarFunction> kFunctions = MakeFunctions();
  return kFunctions;
}

}  // namespace norma::functions
