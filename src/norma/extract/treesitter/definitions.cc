#include <optional>
#include <string>

#include "norma/extract/treesitter/docstring.h"
#include "norma/extract/treesitter/dotted_chain.h"
#include "norma/extract/treesitter/parameters.h"
#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

class Writer {
 public:
  Writer(const FileFacts& facts, EvidenceTables& tables)
      : facts_(facts),
        tree_(facts.analysis.tree),
        table_(tables[EvidenceTable::kCstDefs]),
        decorators_(tables[EvidenceTable::kCstDecorators]) {}

  void Run() {
    for (const Definition& definition : facts_.analysis.definitions) {
      WriteDecorators(definition);
      WriteDefinition(definition);
    }
  }

 private:
  void WriteDefinition(const Definition& definition) {
    const Analysis& analysis = facts_.analysis;
    const std::string_view name = analysis.names.Text(definition.name);
    facts_.rows.File(table_).Text(definition.id);
    RowWriter::Owner(table_, analysis, definition.parent);
    table_
        .Text(definition.parent == kNoDefinition
                  ? std::string_view("module")
                  : DefinitionKindName(analysis.definitions[definition.parent].kind))
        .Text(DefinitionKindName(definition.kind))
        .Text(name)
        .Int32(static_cast<int32_t>(definition.ordinal))
        .Text(definition.qualname)
        .Int32(decorator_count_)
        .Bool(definition.body != kNoNode &&
              FindDocstring(tree_, facts_.text, definition.body).has_value());
    WriteTypeParameters(definition);
    table_.BeginList().BeginStruct().Text(definition.qualname).Text("local").EndStruct().EndList();
    table_.BeginList();
    if (facts_.file.module_name.has_value()) {
      table_.Text(*facts_.file.module_name + "." + definition.qualname);
    }
    table_.EndList();
    WriteParameters(definition);
    const Node& node = tree_[definition.node];
    const Node& name_node = tree_[definition.name_node];
    facts_.rows.Position(table_, node.bstart, node.bend);
    facts_.rows.Position(table_, name_node.bstart, name_node.bend);
    table_.Int64(decl_bstart_);
    if (definition.body != kNoNode) {
      table_.Int64(tree_[definition.body].bstart).Int64(tree_[definition.body].bend);
    } else {
      table_.Null().Null();
    }
    table_.EndRow();
  }

  void WriteTypeParameters(const Definition& definition) {
    table_.BeginList();
    for (const TypeParameter& parameter : definition.type_parameters) {
      table_.Text(NameAt(parameter.name.bstart, parameter.name.bend));
    }
    table_.EndList();
  }

  std::string_view NameAt(uint32_t bstart, uint32_t bend) {
    NameTable& names = facts_.analysis.names;
    return names.Text(names.Intern(facts_.text.Text(bstart, bend)));
  }

  void WriteParameters(const Definition& definition) {
    const NodeIndex list = definition.kind == DefinitionKind::kClass
                               ? kNoNode
                               : tree_.Child(definition.node, FieldName::kParameters);
    table_.BeginList();
    for (const Parameter& parameter : ReadParameters(tree_, list)) {
      table_.BeginStruct();
      if (parameter.name != kNoNode) {
        table_.Text(facts_.analysis.names.Text(tree_[parameter.name].aux));
      } else {
        table_.Null();
      }
      table_.Text(parameter.kind).Bool(parameter.has_default);
      if (parameter.annotation != kNoNode) {
        const Node& annotation = tree_[parameter.annotation];
        table_.Text(facts_.text.Text(annotation.bstart, annotation.bend));
      } else {
        table_.Null();
      }
      table_.EndStruct();
    }
    table_.EndList();
  }

  /// Also sets decorator_count_ and decl_bstart_.
  void WriteDecorators(const Definition& definition) {
    decorator_count_ = 0;
    decl_bstart_ = tree_[definition.node].bstart;
    if (definition.decorated == kNoNode) {
      return;
    }
    for (NodeIndex child = tree_.FirstChild(definition.decorated); child != kNoNode;
         child = tree_.NextSibling(child)) {
      const NodeIndex expression = tree_.FirstChild(child);
      if (tree_[child].kind != Kind::kDecorator || expression == kNoNode) {
        continue;
      }
      decl_bstart_ = decorator_count_ == 0 ? tree_[child].bstart : decl_bstart_;
      WriteDecorator(definition, expression);
      ++decorator_count_;
    }
  }

  void WriteDecorator(const Definition& definition, NodeIndex expression) {
    const Node& node = tree_[expression];
    NodeIndex callee = tree_.StripParentheses(expression);
    const bool has_args = tree_[callee].kind == Kind::kCall;
    if (has_args) {
      callee = tree_.Child(callee, FieldName::kFunction);
    }
    facts_.rows.File(decorators_)
        .Text(definition.id)
        .Int32(decorator_count_)
        .Text(facts_.text.CutText(node.bstart, node.bend));
    if (callee != kNoNode && ReadChain(facts_.analysis, callee, chain_)) {
      decorators_.Text(chain_.text);
    } else {
      decorators_.Null();
    }
    decorators_.Bool(has_args);
    facts_.rows.Position(decorators_, node.bstart, node.bend);
    decorators_.EndRow();
  }

  const FileFacts& facts_;
  const FlatTree& tree_;
  arrow::TableBuilder& table_;
  arrow::TableBuilder& decorators_;
  DottedChain chain_;
  int32_t decorator_count_ = 0;
  int64_t decl_bstart_ = 0;
};

}  // namespace

void AppendDefinitions(const FileFacts& facts, EvidenceTables& tables) {
  Writer(facts, tables).Run();
}

}  // namespace norma::extract::treesitter
