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

Result<std::vector<ConstantValue>> ReadConstants(const Sections& sections) {
  NORMA_ASSIGN_OR_RETURN(const std::string_view kinds, sections.Bytes("CKND"));
  NORMA_ASSIGN_OR_RETURN(IntegerColumn lengths, sections.Integers("CLEN"));
  NORMA_ASSIGN_OR_RETURN(TextColumn texts, sections.Texts("CREP"));
  std::vector<ConstantValue> constants;
  constants.reserve(kinds.size());
  for (const char kind : kinds) {
    const std::optional<int32_t> length = lengths.Next();
    const std::optional<std::string_view> text = texts.Next();
    if (static_cast<uint8_t>(kind) >= kConstantKinds.size() || !length.has_value() ||
        *length < -1 || !text.has_value()) {
      return Malformed("the columns of constants do not agree");
    }
    constants.push_back({kConstantKinds[static_cast<uint8_t>(kind)], *text, *length});
  }
  if (!lengths.empty() || !texts.empty()) {
    return Malformed("the columns of constants do not agree");
  }
  return constants;
}

/// Rebuilds the tree from its preorder. The open nodes stand on a stack of our own, since a hostile
/// answer may nest as deep as it is long.
class TreeReader {
 public:
  TreeReader(const Greeting& greeting, IntegerColumn numbers, TextColumn names, Tree& tree)
      : greeting_(greeting), numbers_(numbers), names_(names), tree_(tree) {}

  Status Read() {
    NORMA_RETURN_IF_ERROR(ReadNode(-1, 0, nullptr, -1));
    while (!open_.empty()) {
      NORMA_RETURN_IF_ERROR(ReadNextChild());
    }
    if (!numbers_.empty() || !names_.empty() || next_constant_ != tree_.constants.size()) {
      return Malformed("the tree ends before its columns do");
    }
    return {};
  }

 private:
  /// A node whose children are being read.
  struct Open {
    int32_t node = 0;
    size_t first_count = 0;  // of the node's fields, in counts_
    size_t field = 0;
    int32_t item = 0;
  };

  Status ReadNextChild() {
    Open& open = open_.back();
    const Node& node = tree_.nodes[static_cast<size_t>(open.node)];
    const std::vector<Field>& fields = node.node_class->fields;
    while (open.field < fields.size() && open.item >= counts_[open.first_count + open.field]) {
      ++open.field;
      open.item = 0;
    }
    if (open.field == fields.size()) {
      counts_.resize(open.first_count);
      open_.pop_back();
      return {};
    }
    const Field& field = fields[open.field];
    const int32_t item = open.item++;
    const bool is_list = field.rule == FieldRule::kChildren;
    // The references die when the child is pushed.
    return ReadNode(open.node, node.depth + 1, &field.name, is_list ? item : -1);
  }

  /// Reads one node up to its children, or an absent item of a list.
  Status ReadNode(int32_t parent, int32_t depth, const std::string* field, int32_t field_index) {
    const std::optional<int32_t> kind = numbers_.Next();
    if (kind == kAbsentItem && field_index >= 0) {
      return {};
    }
    if (!kind.has_value() || *kind < 0 ||
        static_cast<size_t>(*kind) >= greeting_.node_classes.size()) {
      return Malformed("the tree names a kind of node that does not exist");
    }
    const NodeClass& node_class = greeting_.node_classes[static_cast<size_t>(*kind)];
    Node node{.node_class = &node_class,
              .parent = parent,
              .depth = depth,
              .field = field,
              .field_index = field_index};
    const size_t first_count = counts_.size();
    int32_t member_count = 0;
    bool has_children = false;
    for (const Field& one : node_class.fields) {
      NORMA_ASSIGN_OR_RETURN(const int32_t count, ReadField(one, node, member_count));
      counts_.push_back(count);
      has_children = has_children || count > 0;
    }
    NORMA_RETURN_IF_ERROR(ReadPlace(node));
    NORMA_RETURN_IF_ERROR(ReadOperators(member_count, node));
    const auto index = static_cast<int32_t>(tree_.nodes.size());
    tree_.nodes.push_back(node);
    if (has_children) {
      open_.push_back({.node = index, .first_count = first_count, .field = 0, .item = 0});
    } else {
      counts_.resize(first_count);
    }
    return {};
  }

  /// Reads what a field puts in front of its node's place.
  /// \return how many children the field has.
  Result<int32_t> ReadField(const Field& field, Node& node, int32_t& member_count) {
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
          node.context = member;
        } else {
          AddOperator(member, node);
        }
        return 0;
      }
      case FieldRule::kMembers: {
        NORMA_ASSIGN_OR_RETURN(member_count, ReadCount());
        return 0;
      }
      case FieldRule::kName:
        node.name = names_.Next();
        return node.name.has_value() ? Result<int32_t>(0) : Malformed("the tree lacks a name");
      case FieldRule::kOptionalName: {
        NORMA_ASSIGN_OR_RETURN(const int32_t is_set, ReadFlag());
        if (is_set != 0) {
          node.name = names_.Next();
        }
        return is_set == 0 || node.name.has_value() ? Result<int32_t>(0)
                                                    : Malformed("the tree lacks a name");
      }
      case FieldRule::kConstant:
        if (next_constant_ == tree_.constants.size()) {
          return Malformed("the tree lacks a constant");
        }
        node.constant = static_cast<int32_t>(next_constant_++);
        return 0;
    }
    return Malformed("a field has no rule");
  }

  Result<int32_t> ReadFlag() {
    const std::optional<int32_t> flag = numbers_.Next();
    return flag == 0 || flag == 1 ? Result<int32_t>(*flag) : Malformed("a flag is neither 0 nor 1");
  }

  Result<int32_t> ReadCount() {
    const std::optional<int32_t> count = numbers_.Next();
    // Each item takes at least one number, so a larger count cannot be true.
    if (!count.has_value() || *count < 0 || static_cast<size_t>(*count) > numbers_.size()) {
      return Malformed("a list is longer than its column");
    }
    return *count;
  }

  Result<const Member*> ReadMember() {
    const std::optional<int32_t> number = numbers_.Next();
    if (!number.has_value() || *number < 0 ||
        static_cast<size_t>(*number) >= greeting_.members.size()) {
      return Malformed("the tree names a member that does not exist");
    }
    return &greeting_.members[static_cast<size_t>(*number)];
  }

  void AddOperator(const Member* member, Node& node) {
    if (node.operator_count == 0) {
      node.first_operator = static_cast<uint32_t>(tree_.operators.size());
    }
    tree_.operators.push_back(member);
    ++node.operator_count;
  }

  Status ReadOperators(int32_t count, Node& node) {
    for (int32_t i = 0; i < count; ++i) {
      NORMA_ASSIGN_OR_RETURN(const Member* member, ReadMember());
      AddOperator(member, node);
    }
    return {};
  }

  Status ReadPlace(Node& node) {
    if (!node.node_class->has_place) {
      return {};
    }
    if (numbers_.size() < 4) {
      return Malformed("the tree lacks a place");
    }
    node.start_line = numbers_.Take();
    node.start_column = numbers_.Take();
    node.end_line = numbers_.Take();
    node.end_column = numbers_.Take();
    return {};
  }

  const Greeting& greeting_;
  IntegerColumn numbers_;
  TextColumn names_;
  Tree& tree_;
  size_t next_constant_ = 0;
  std::vector<Open> open_;
  std::vector<int32_t> counts_;  // children of each field of the open nodes
};

source::Position PlaceOf(const Node& node, const source::SourceFile& file) {
  if (!node.node_class->has_place) {
    return source::WithoutBytes("no_position");
  }
  return source::Convert(file, source::Adapter::kCpython, node.start_line, node.start_column,
                         node.end_line, node.end_column);
}

}  // namespace

Result<Tree> Tree::Parse(const Sections& sections, const Greeting& greeting) {
  NORMA_ASSIGN_OR_RETURN(const IntegerColumn numbers, sections.Integers("TREE"));
  NORMA_ASSIGN_OR_RETURN(const TextColumn names, sections.Texts("NAME"));
  Tree tree;
  NORMA_ASSIGN_OR_RETURN(tree.constants, ReadConstants(sections));
  NORMA_RETURN_IF_ERROR(TreeReader(greeting, numbers, names, tree).Read());
  return tree;
}

void AppendTree(const Tree& tree, const source::SourceFile& file, std::string_view py_tag,
                arrow::TableBuilder& builder) {
  int32_t ast_id = 0;
  for (const Node& node : tree.nodes) {
    builder.Text(file.file_id).Text(file.path).Text(py_tag).Int32(ast_id++);
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
    for (uint32_t i = 0; i < node.operator_count; ++i) {
      builder.Text(tree.operators[node.first_operator + i]->name);
    }
    builder.EndList();
    if (node.constant < 0) {
      builder.Null().Null().Null();
    } else {
      const ConstantValue& constant = tree.constants[static_cast<size_t>(node.constant)];
      builder.Text(constant.kind).Text(CutUtf8(constant.text, kMaxReprBytes));
      builder.OptionalInt64(constant.length < 0 ? std::nullopt
                                                : std::optional<int64_t>(constant.length));
    }
    source::AppendPosition(builder, PlaceOf(node, file));
    builder.EndRow();
  }
}

}  // namespace norma::extract::cpython
