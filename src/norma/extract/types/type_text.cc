#include "norma/extract/types/type_text.h"

#include <algorithm>
#include <optional>

#include "norma/extract/types/type_parser_internal.h"

namespace norma::extract {
namespace {

std::string CollapseBlanks(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n\r\f\v";
  std::string collapsed;
  collapsed.reserve(text.size());
  for (size_t start = text.find_first_not_of(kBlank); start != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(kBlank, start), text.size());
    if (!collapsed.empty()) {
      collapsed.push_back(' ');
    }
    collapsed += text.substr(start, end - start);
    start = text.find_first_not_of(kBlank, end);
  }
  return collapsed;
}

std::string_view FormOfName(std::string_view name) {
  if (name == "typing.Any") {
    return "any";
  }
  if (name == "typing.Never") {
    return "never";
  }
  if (name == "typing.Self") {
    return "self";
  }
  return name == "collections.abc.Callable" ? "callable" : "name";
}

std::string_view FormOfApplied(std::string_view head) {
  if (head == "typing.Literal") {
    return "literal";
  }
  if (head == "typing.Annotated") {
    return "annotated";
  }
  if (head == "collections.abc.Callable") {
    return "callable";
  }
  if (head == "tuple" || head == "type") {
    return head == "tuple" ? "tuple" : "type";
  }
  return "generic";
}

}  // namespace

std::string TypeRepr(std::string_view text) {
  if (std::optional<TypeText> type = ParseType(text)) {
    return std::move(type->text);
  }
  std::string collapsed = CollapseBlanks(text);
  // Broken text can begin to parse when a line break goes: a comment or a string then ends
  // elsewhere. What is returned must print as itself, so it is read again.
  if (collapsed != text) {
    if (std::optional<TypeText> type = ParseType(collapsed)) {
      return std::move(type->text);
    }
  }
  return collapsed;
}

std::string_view TypeForm(std::string_view type_repr) {
  const std::optional<TypeText> type = ParseType(type_repr);
  if (!type) {
    return "unknown";
  }
  switch (type->kind) {
    case TypeKind::kNone:
      return "none";
    case TypeKind::kName:
      return FormOfName(type->text);
    case TypeKind::kApplied:
      return FormOfApplied(type->head);
    case TypeKind::kUnion:
      return type->parts.back().kind == TypeKind::kNone ? "optional" : "union";
    case TypeKind::kStar:
    case TypeKind::kUnpack:
      return "unpack";
    case TypeKind::kTuple:
    case TypeKind::kSlice:
    case TypeKind::kNumber:
    case TypeKind::kOther:
      return "unknown";
  }
  return "unknown";
}

}  // namespace norma::extract
