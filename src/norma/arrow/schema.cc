#include "norma/arrow/schema.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace norma::arrow {
namespace {

constexpr int kMaxTypeNesting = 16;

constexpr std::array<std::pair<std::string_view, TypeKind>, 8> kPlainTypes = {{
    {"s", TypeKind::kText},
    {"i32", TypeKind::kInt32},
    {"i64", TypeKind::kInt64},
    {"f32", TypeKind::kFloat32},
    {"f64", TypeKind::kFloat64},
    {"b", TypeKind::kBool},
    {"bin", TypeKind::kBinary},
    {"map", TypeKind::kMap},
}};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Schema> ParseAll() {
    NORMA_ASSIGN_OR_RETURN(Schema schema, ParseFields(0));
    if (position_ != text_.size()) {
      return Unexpected("the end");
    }
    return schema;
  }

 private:
  Error Unexpected(std::string_view wanted) const {
    return Error{ErrorKind::kInvalidArgument, fmt::format("schema text: expected {} at: {}", wanted,
                                                          text_.substr(position_, 40))};
  }

  void SkipSpace() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n')) {
      ++position_;
    }
  }

  bool Take(char wanted) {
    SkipSpace();
    if (position_ < text_.size() && text_[position_] == wanted) {
      ++position_;
      return true;
    }
    return false;
  }

  std::string_view TakeWord() {
    SkipSpace();
    const size_t begin = position_;
    while (
        position_ < text_.size() &&
        (text_[position_] == '_' || isalnum(static_cast<unsigned char>(text_[position_])) != 0)) {
      ++position_;
    }
    return text_.substr(begin, position_ - begin);
  }

  Result<Schema> ParseFields(int depth) {
    Schema fields;
    do {
      const std::string_view name = TakeWord();
      if (name.empty()) {
        return Unexpected("a name");
      }
      NORMA_ASSIGN_OR_RETURN(Field field, ParseType(std::string(name), depth));
      fields.push_back(std::move(field));
    } while (Take(','));
    return fields;
  }

  Result<Field> ParseType(std::string name, int depth) {
    if (depth > kMaxTypeNesting) {
      return Error{ErrorKind::kLimitExceeded, "schema text: types are nested too deeply"};
    }
    Field field{.name = std::move(name)};
    const std::string_view word = TakeWord();
    if (word == "list") {
      field.type = TypeKind::kList;
      if (!Take('<')) {
        return Unexpected("<");
      }
      NORMA_ASSIGN_OR_RETURN(Field item, ParseType("element", depth + 1));
      field.children.push_back(std::move(item));
      if (!Take('>')) {
        return Unexpected(">");
      }
    } else if (word == "struct") {
      field.type = TypeKind::kStruct;
      if (!Take('<')) {
        return Unexpected("<");
      }
      NORMA_ASSIGN_OR_RETURN(field.children, ParseFields(depth + 1));
      if (!Take('>')) {
        return Unexpected(">");
      }
    } else {
      bool known = false;
      for (const auto& [plain, kind] : kPlainTypes) {
        if (plain == word) {
          field.type = kind;
          known = true;
        }
      }
      if (!known) {
        return Unexpected("a type");
      }
    }
    field.nullable = !Take('!');
    return field;
  }

  std::string_view text_;
  size_t position_ = 0;
};

std::string TypeText(const Field& field) {
  std::string text;
  if (field.type == TypeKind::kList) {
    text = fmt::format("list<{}>", TypeText(field.children.front()));
  } else if (field.type == TypeKind::kStruct) {
    text = fmt::format("struct<{}>", SchemaText(field.children));
  } else {
    for (const auto& [plain, kind] : kPlainTypes) {
      if (kind == field.type) {
        text = plain;
      }
    }
  }
  return field.nullable ? text : text + "!";
}

ArrowErrorCode SetFormat(ArrowSchema* out, const Field& field);

ArrowErrorCode SetField(ArrowSchema* out, const Field& field) {
  ArrowSchemaInit(out);
  NANOARROW_RETURN_NOT_OK(SetFormat(out, field));
  NANOARROW_RETURN_NOT_OK(ArrowSchemaSetName(out, field.name.c_str()));
  out->flags = field.nullable ? (out->flags | ARROW_FLAG_NULLABLE)
                              : (out->flags & ~static_cast<int64_t>(ARROW_FLAG_NULLABLE));
  return NANOARROW_OK;
}

ArrowErrorCode SetStruct(ArrowSchema* out, const Schema& fields) {
  NANOARROW_RETURN_NOT_OK(ArrowSchemaSetTypeStruct(out, static_cast<int64_t>(fields.size())));
  for (size_t i = 0; i < fields.size(); ++i) {
    ArrowSchemaRelease(out->children[i]);
    NANOARROW_RETURN_NOT_OK(SetField(out->children[i], fields[i]));
  }
  return NANOARROW_OK;
}

ArrowErrorCode SetFormat(ArrowSchema* out, const Field& field) {
  switch (field.type) {
    case TypeKind::kText:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_STRING);
    case TypeKind::kInt32:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_INT32);
    case TypeKind::kInt64:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_INT64);
    case TypeKind::kFloat32:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_FLOAT);
    case TypeKind::kFloat64:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_DOUBLE);
    case TypeKind::kBool:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_BOOL);
    case TypeKind::kBinary:
      return ArrowSchemaSetType(out, NANOARROW_TYPE_BINARY);
    case TypeKind::kList: {
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetType(out, NANOARROW_TYPE_LIST));
      ArrowSchemaRelease(out->children[0]);
      return SetField(out->children[0], field.children.front());
    }
    case TypeKind::kStruct:
      return SetStruct(out, field.children);
    case TypeKind::kMap: {
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetType(out, NANOARROW_TYPE_MAP));
      ArrowSchema* entries = out->children[0];
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetName(entries, "key_value"));
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetType(entries->children[0], NANOARROW_TYPE_STRING));
      entries->children[0]->flags = 0;
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetName(entries->children[0], "key"));
      NANOARROW_RETURN_NOT_OK(ArrowSchemaSetType(entries->children[1], NANOARROW_TYPE_STRING));
      return ArrowSchemaSetName(entries->children[1], "value");
    }
  }
  return EINVAL;
}

Result<Field> FromArrowField(const ArrowSchema& schema, int depth) {
  if (depth > kMaxTypeNesting) {
    return Error{ErrorKind::kLimitExceeded, "arrow schema: types are nested too deeply"};
  }
  ArrowSchemaView view;
  if (ArrowSchemaViewInit(&view, &schema, nullptr) != NANOARROW_OK) {
    return Error{ErrorKind::kUnsupported,
                 fmt::format("arrow schema: bad format: {}", schema.format)};
  }
  Field field{.name = schema.name == nullptr ? "" : schema.name,
              .nullable = (schema.flags & ARROW_FLAG_NULLABLE) != 0};
  switch (view.type) {  // NOLINT: foreign enum, the default answers for all others
    case NANOARROW_TYPE_STRING:
      field.type = TypeKind::kText;
      return field;
    case NANOARROW_TYPE_INT32:
      field.type = TypeKind::kInt32;
      return field;
    case NANOARROW_TYPE_INT64:
      field.type = TypeKind::kInt64;
      return field;
    case NANOARROW_TYPE_FLOAT:
      field.type = TypeKind::kFloat32;
      return field;
    case NANOARROW_TYPE_DOUBLE:
      field.type = TypeKind::kFloat64;
      return field;
    case NANOARROW_TYPE_BOOL:
      field.type = TypeKind::kBool;
      return field;
    case NANOARROW_TYPE_BINARY:
      field.type = TypeKind::kBinary;
      return field;
    case NANOARROW_TYPE_MAP:
      field.type = TypeKind::kMap;
      return field;
    case NANOARROW_TYPE_LIST:
      field.type = TypeKind::kList;
      break;
    case NANOARROW_TYPE_STRUCT:
      field.type = TypeKind::kStruct;
      break;
    default:
      return Error{ErrorKind::kUnsupported,
                   fmt::format("column {} has a type that norma does not store: {}", field.name,
                               ArrowTypeString(view.type))};
  }
  for (int64_t i = 0; i < schema.n_children; ++i) {
    NORMA_ASSIGN_OR_RETURN(Field child, FromArrowField(*schema.children[i], depth + 1));
    if (field.type == TypeKind::kList) {
      child.name = "element";
    }
    field.children.push_back(std::move(child));
  }
  return field;
}

}  // namespace

Result<Schema> ParseSchemaText(std::string_view text) { return Parser(text).ParseAll(); }

std::string SchemaText(const Schema& schema) {
  std::string text;
  for (const Field& field : schema) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, TypeText(field));
  }
  return text;
}

Result<nanoarrow::UniqueSchema> ToArrowSchema(const Schema& schema) {
  nanoarrow::UniqueSchema out;
  ArrowSchemaInit(out.get());
  if (SetStruct(out.get(), schema) != NANOARROW_OK) {
    return Error{ErrorKind::kInternal, "no memory for an arrow schema"};
  }
  out->flags = 0;
  return out;
}

Result<Schema> FromArrowSchema(const ArrowSchema& schema) {
  NORMA_ASSIGN_OR_RETURN(Field root, FromArrowField(schema, 0));
  if (root.type != TypeKind::kStruct) {
    return Error{ErrorKind::kInvalidArgument, "arrow schema: not a struct of columns"};
  }
  return std::move(root.children);
}

}  // namespace norma::arrow
