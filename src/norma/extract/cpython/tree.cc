#include "norma/extract/cpython/tree.h"

#include <array>
#include <string>

#include "norma/base/unicode.h"
#include "norma/source/adapter.h"

namespace norma::extract::cpython {
namespace {

constexpr size_t kMaxReprBytes = 256;
constexpr int32_t kAbsentItem = -1;
constexpr std::array<std::string_view, 8> kConstantKinds = {"none",    "bool", "int",   "float",
                                                            "complex", "str",  "bytes", "ellipsis"};

source::Position PlaceOf(const Node& node, const source::SourceFile& file) {
  if (!node.node_class->has_place) {
    return source::WithoutBytes("no_position");
  }
  return source::Convert(file, source::Adapter::kCpython, node.start_line, node.start_column,
                         node.end_line, node.end_column);
}

void AppendNode(const Node& node, int32_t ast_id, const source::SourceFile& file,
                std::string_view py_tag, arrow::TableBuilder& builder) {
  builder.Text(file.file_id).Text(file.path).Text(py_tag).Int32(ast_id);
  if (node.parent < 0) {
    builder.Null().Int32(node.depth).Text(node.node_class->name).Null();
  } else {
    builder.Int32(node.parent).Int32(node.depth).Text(node.node_class->name).Text(*node.field);
  }
  builder.OptionalInt32(node.field_index < 0 ? std::nullopt : std::optional(node.field_index));
  builder.OptionalText(node.name);
  if (node.context == nullptr) {
    builder.Null();
  } else {
    builder.Text(node.context->name);
  }
  builder.BeginList();
  for (const Member* member : node.operators) {
    builder.Text(member->name);
  }
  builder.EndList();
  if (const std::optional<ConstantValue>& constant = node.constant; constant.has_value()) {
    builder.Text(constant->kind).Text(CutUtf8(constant->text, kMaxReprBytes));
    builder.OptionalInt64(constant->length < 0 ? std::nullopt
                                               : std::optional<int64_t>(constant->length));
  } else {
    builder.Null().Null().Null();
  }
  source::AppendPosition(builder, PlaceOf(node, file));
  builder.EndRow();
}

}  // namespace

Result<TreeReader> TreeReader::Make(const Sections& sections, const Greeting& greeting) {
  TreeReader reader(greeting);
  NORMA_ASSIGN_OR_RETURN(reader.numbers_, sections.Integers("TREE"));
  NORMA_ASSIGN_OR_RETURN(reader.names_, sections.Texts("NAME"));
  NORMA_ASSIGN_OR_RETURN(reader.constant_kinds_, sections.Bytes("CKND"));
  NORMA_ASSIGN_OR_RETURN(reader.constant_lengths_, sections.Integers("CLEN"));
  NORMA_ASSIGN_OR_RETURN(reader.constant_texts_, sections.Texts("CREP"));
  return reader;
}

Result<const Node*> TreeReader::Next() {
  bool found = false;
  if (node_count_ == 0) {
    NORMA_ASSIGN_OR_RETURN(found, ReadNode(-1, nullptr, -1));
  }
  while (!found && !open_.empty()) {
    NORMA_ASSIGN_OR_RETURN(found, ReadNextChild());
  }
  if (!found) {
    NORMA_RETURN_IF_ERROR(CheckEnd());
    return nullptr;
  }
  return &node_;
}

Status TreeReader::CheckEnd() const {
  const bool is_whole = numbers_.empty() && names_.empty() && constant_kinds_.empty() &&
                        constant_lengths_.empty() && constant_texts_.empty();
  return is_whole ? Status() : Malformed("the tree ends before its columns do");
}

/// \return whether a node was read; not when a list has nothing at this place, or the fields of the
///     innermost node have ended.
Result<bool> TreeReader::ReadNextChild() {
  Open& open = open_.back();
  const std::vector<Field>& fields = open.node_class->fields;
  while (open.field < fields.size() && open.item >= counts_[open.first_count + open.field]) {
    ++open.field;
    open.item = 0;
  }
  if (open.field == fields.size()) {
    counts_.resize(open.first_count);
    open_.pop_back();
    return false;
  }
  const Field& field = fields[open.field];
  const int32_t item = open.item++;
  const bool is_list = field.rule == FieldRule::kChildren;
  return ReadNode(open.node, &field.name, is_list ? item : -1);
}

/// Reads one node up to its children, or an absent item of a list.
Result<bool> TreeReader::ReadNode(int32_t parent, const std::string* field, int32_t field_index) {
  const std::optional<int32_t> kind = numbers_.Next();
  if (kind == kAbsentItem && field_index >= 0) {
    return false;
  }
  if (!kind.has_value() || *kind < 0 ||
      static_cast<size_t>(*kind) >= greeting_->node_classes.size()) {
    return Malformed("the tree names a kind of node that does not exist");
  }
  const NodeClass& node_class = greeting_->node_classes[static_cast<size_t>(*kind)];
  node_.node_class = &node_class;
  node_.parent = parent;
  node_.depth = static_cast<int32_t>(open_.size());
  node_.field = field;
  node_.field_index = field_index;
  node_.name.reset();
  node_.context = nullptr;
  node_.operators.clear();
  node_.constant.reset();
  const size_t first_count = counts_.size();
  int32_t member_count = 0;
  bool has_children = false;
  for (const Field& one : node_class.fields) {
    NORMA_ASSIGN_OR_RETURN(const int32_t count, ReadField(one, member_count));
    counts_.push_back(count);
    has_children = has_children || count > 0;
  }
  NORMA_RETURN_IF_ERROR(ReadPlace());
  NORMA_RETURN_IF_ERROR(ReadOperators(member_count));
  if (has_children) {
    open_.push_back({.node_class = &node_class, .node = node_count_, .first_count = first_count});
  } else {
    counts_.resize(first_count);
  }
  ++node_count_;
  return true;
}

/// Reads what a field puts in front of its node's place.
/// \return how many children the field has.
Result<int32_t> TreeReader::ReadField(const Field& field, int32_t& member_count) {
  switch (field.rule) {
    case FieldRule::kNotSent:
      return 0;
    case FieldRule::kChild:
      return 1;
    case FieldRule::kOptionalChild:
      return ReadFlag();
    case FieldRule::kChildren:
      return ReadCount();
    case FieldRule::kMember: {
      NORMA_ASSIGN_OR_RETURN(const Member* member, ReadMember());
      if (member->is_context) {
        node_.context = member;
      } else {
        node_.operators.push_back(member);
      }
      return 0;
    }
    case FieldRule::kMembers: {
      NORMA_ASSIGN_OR_RETURN(member_count, ReadCount());
      return 0;
    }
    case FieldRule::kName:
      NORMA_RETURN_IF_ERROR(ReadName());
      return 0;
    case FieldRule::kOptionalName: {
      NORMA_ASSIGN_OR_RETURN(const int32_t is_set, ReadFlag());
      if (is_set != 0) {
        NORMA_RETURN_IF_ERROR(ReadName());
      }
      return 0;
    }
    case FieldRule::kConstant:
      NORMA_RETURN_IF_ERROR(ReadConstant());
      return 0;
  }
  return Malformed("a field has no rule");
}

Result<int32_t> TreeReader::ReadFlag() {
  const std::optional<int32_t> flag = numbers_.Next();
  return flag == 0 || flag == 1 ? Result<int32_t>(*flag) : Malformed("a flag is neither 0 nor 1");
}

Result<int32_t> TreeReader::ReadCount() {
  const std::optional<int32_t> count = numbers_.Next();
  // Each item takes at least one number, so a larger count cannot be true.
  if (!count.has_value() || *count < 0 || static_cast<size_t>(*count) > numbers_.size()) {
    return Malformed("a list is longer than its column");
  }
  return *count;
}

Result<const Member*> TreeReader::ReadMember() {
  const std::optional<int32_t> number = numbers_.Next();
  if (!number.has_value() || *number < 0 ||
      static_cast<size_t>(*number) >= greeting_->members.size()) {
    return Malformed("the tree names a member that does not exist");
  }
  return &greeting_->members[static_cast<size_t>(*number)];
}

Status TreeReader::ReadName() {
  node_.name = names_.Next();
  return node_.name.has_value() ? Status() : Malformed("the tree lacks a name");
}

Status TreeReader::ReadOperators(int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    NORMA_ASSIGN_OR_RETURN(const Member* member, ReadMember());
    node_.operators.push_back(member);
  }
  return {};
}

Status TreeReader::ReadPlace() {
  node_.start_line = node_.start_column = node_.end_line = node_.end_column = 0;
  if (!node_.node_class->has_place) {
    return {};
  }
  if (numbers_.size() < 4) {
    return Malformed("the tree lacks a place");
  }
  node_.start_line = numbers_.Take();
  node_.start_column = numbers_.Take();
  node_.end_line = numbers_.Take();
  node_.end_column = numbers_.Take();
  return {};
}

Status TreeReader::ReadConstant() {
  if (constant_kinds_.empty()) {
    return Malformed("the tree lacks a constant");
  }
  const auto kind = static_cast<uint8_t>(constant_kinds_.front());
  constant_kinds_.remove_prefix(1);
  const std::optional<int32_t> length = constant_lengths_.Next();
  const std::optional<std::string_view> text = constant_texts_.Next();
  if (kind >= kConstantKinds.size() || !length.has_value() || *length < -1 || !text.has_value()) {
    return Malformed("the columns of constants do not agree");
  }
  node_.constant = ConstantValue{kConstantKinds[kind], *text, *length};
  return {};
}

Result<int64_t> CountNodes(TreeReader reader) {
  int64_t count = 0;
  while (true) {
    NORMA_ASSIGN_OR_RETURN(const Node* node, reader.Next());
    if (node == nullptr) {
      return count;
    }
    ++count;
  }
}

void AppendTree(TreeReader reader, const source::SourceFile& file, std::string_view py_tag,
                arrow::TableBuilder& builder) {
  int32_t ast_id = 0;
  for (Result<const Node*> node = reader.Next(); node.ok() && node.value() != nullptr;
       node = reader.Next()) {
    AppendNode(*node.value(), ast_id++, file, py_tag, builder);
  }
}

}  // namespace norma::extract::cpython
