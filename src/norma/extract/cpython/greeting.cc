#include "norma/extract/cpython/greeting.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "norma/base/unicode.h"
#include "norma/extract/cpython/columns.h"

namespace norma::extract::cpython {
namespace {

/// More would be no Python: 3.14 has 80 classes and 32 members.
constexpr size_t kMaxEntries = 1000;

std::optional<int32_t> ReadInteger(std::string_view text) {
  int32_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

/// The part before `mark`, which is taken from `rest`; the whole of it if there is no mark.
std::string_view TakeUntil(std::string_view& rest, char mark) {
  const size_t end = rest.find(mark);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

std::optional<FieldRule> ReadRule(std::string_view letter) {
  constexpr std::string_view kLetters = "COLEMNPVX";
  const size_t found = letter.size() == 1 ? kLetters.find(letter) : std::string_view::npos;
  return found == std::string_view::npos ? std::nullopt
                                         : std::optional(static_cast<FieldRule>(found));
}

Result<NodeClass> ReadNodeClass(std::string_view text) {
  NodeClass node;
  node.name = TakeUntil(text, '|');
  const std::string_view place = TakeUntil(text, '|');
  if (node.name.empty() || (place != "0" && place != "1")) {
    return Malformed("a node class is not as declared");
  }
  node.has_place = place == "1";
  while (!text.empty()) {
    std::string_view field = TakeUntil(text, ',');
    const std::optional<FieldRule> rule = ReadRule(TakeUntil(field, ' '));
    if (!rule.has_value() || field.empty()) {
      return Malformed("a field of a node class is not as declared");
    }
    node.fields.push_back({*rule, std::string(field)});
  }
  return node;
}

/// Reads texts "key=value" until the end.
Result<std::vector<std::pair<std::string_view, std::string_view>>> ReadPairs(TextColumn texts) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  while (std::optional<std::string_view> text = texts.Next()) {
    const std::string_view key = TakeUntil(*text, '=');
    if (key.empty() || text->empty() || pairs.size() == kMaxEntries) {
      return Malformed("an assignment of the greeting is not as declared");
    }
    pairs.emplace_back(key, *text);
  }
  return pairs;
}

Status ReadSymbolBits(const Sections& sections, SymbolBits& bits) {
  NORMA_ASSIGN_OR_RETURN(const TextColumn texts, sections.Texts("SYMC"));
  NORMA_ASSIGN_OR_RETURN(const auto pairs, ReadPairs(texts));
  std::map<std::string_view, int32_t> values;
  for (const auto& [key, value] : pairs) {
    const std::optional<int32_t> number = ReadInteger(value);
    if (!number.has_value() || *number < 0) {
      return Malformed("a symbol flag is no number");
    }
    values[key] = *number;
  }
  bits = {.use = values["USE"],
          .global = values["DEF_GLOBAL"],
          .nonlocal = values["DEF_NONLOCAL"],
          .local = values["DEF_LOCAL"],
          .parameter = values["DEF_PARAM"],
          .import = values["DEF_IMPORT"],
          .bound = values["DEF_BOUND"],
          .annotated = values["DEF_ANNOT"],
          .type_parameter = values["DEF_TYPE_PARAM"],
          .scope_shift = values["SCOPE_OFF"],
          .scope_mask = values["SCOPE_MASK"],
          .scope_local = values["LOCAL"],
          .scope_global_explicit = values["GLOBAL_EXPLICIT"],
          .scope_global_implicit = values["GLOBAL_IMPLICIT"],
          .scope_free = values["FREE"],
          .scope_cell = values["CELL"]};
  if (bits.scope_shift > 30 || bits.scope_mask == 0 || bits.use == 0) {
    return Malformed("the flags of symbols are not as declared");
  }
  return {};
}

Status ReadScopeTypes(const Sections& sections, std::map<int32_t, std::string>& types) {
  NORMA_ASSIGN_OR_RETURN(const TextColumn texts, sections.Texts("SCTY"));
  NORMA_ASSIGN_OR_RETURN(const auto pairs, ReadPairs(texts));
  for (const auto& [key, value] : pairs) {
    const std::optional<int32_t> number = ReadInteger(key);
    if (!number.has_value()) {
      return Malformed("a scope type has no number");
    }
    types.emplace(*number, value);
  }
  return {};
}

/// 11 of "3.11.7"; nothing if it is no version 3.
std::optional<int32_t> MinorOf(std::string_view version) {
  if (TakeUntil(version, '.') != "3") {
    return std::nullopt;
  }
  return ReadInteger(TakeUntil(version, '.'));
}

std::vector<std::string_view> TakeAll(TextColumn texts) {
  std::vector<std::string_view> all;
  while (const std::optional<std::string_view> text = texts.Next()) {
    all.push_back(*text);
  }
  return all;
}

Result<flow::InstructionSet> ReadInstructionSet(const Sections& sections,
                                                const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(IntegerColumn magic, sections.Integers("MAGC"));
  NORMA_ASSIGN_OR_RETURN(const TextColumn opcodes, sections.Texts("OPCO"));
  NORMA_ASSIGN_OR_RETURN(const TextColumn operands, sections.Texts("OPND"));
  const std::optional<int32_t> minor = MinorOf(greeting.version);
  const std::optional<int32_t> number = magic.Next();
  if (!minor.has_value() || !number.has_value()) {
    return Malformed("the greeting does not name the bytecode's version");
  }
  return flow::InstructionSet::Parse(greeting.py_tag, *minor, *number, TakeAll(opcodes),
                                     TakeAll(operands));
}

}  // namespace

Result<Greeting> Greeting::Parse(std::string_view payload) {
  NORMA_ASSIGN_OR_RETURN(const Sections sections, Sections::Make(payload));
  NORMA_ASSIGN_OR_RETURN(TextColumn versions, sections.Texts("VERS"));
  const std::optional<std::string_view> version = versions.Next();
  const std::optional<std::string_view> py_tag = versions.Next();
  const std::optional<std::string_view> implementation = versions.Next();
  if (!implementation.has_value() || version->empty() || py_tag->empty()) {
    return Malformed("the greeting names no version");
  }
  if (*implementation != "cpython") {
    return Error{ErrorKind::kInvalidArgument, fmt::format("the interpreter is no CPython: {}",
                                                          EscapeForMessage(*implementation))};
  }
  Greeting greeting;
  greeting.version = *version;
  greeting.py_tag = *py_tag;

  NORMA_ASSIGN_OR_RETURN(TextColumn classes, sections.Texts("NODE"));
  while (const std::optional<std::string_view> text = classes.Next()) {
    NORMA_ASSIGN_OR_RETURN(NodeClass node, ReadNodeClass(*text));
    greeting.node_classes.push_back(std::move(node));
  }
  NORMA_ASSIGN_OR_RETURN(TextColumn members, sections.Texts("MEMB"));
  while (const std::optional<std::string_view> name = members.Next()) {
    greeting.members.push_back(
        {std::string(*name), *name == "Load" || *name == "Store" || *name == "Del"});
  }
  if (greeting.node_classes.size() > kMaxEntries || greeting.members.size() > kMaxEntries) {
    return Malformed("the greeting names too many classes");
  }
  NORMA_RETURN_IF_ERROR(ReadScopeTypes(sections, greeting.scope_types));
  NORMA_RETURN_IF_ERROR(ReadSymbolBits(sections, greeting.symbol_bits));
  NORMA_ASSIGN_OR_RETURN(greeting.instruction_set, ReadInstructionSet(sections, greeting));
  return greeting;
}

}  // namespace norma::extract::cpython
