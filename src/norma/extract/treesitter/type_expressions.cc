#include <algorithm>
#include <optional>
#include <string>

#include "norma/extract/treesitter/dotted_chain.h"
#include "norma/extract/treesitter/parameters.h"
#include "norma/extract/treesitter/string_literal.h"
#include "norma/extract/treesitter/tables.h"
#include "norma/extract/treesitter/type_text.h"
#include "norma/extract/treesitter/type_tokens.h"

namespace norma::extract::treesitter {
namespace {

struct TypeExpression {
  RowKey key;
  uint32_t owner = kNoDefinition;
  uint32_t scope = 0;  // in which the names of the expression are looked up
  std::string_view kind;
  std::string_view role;
  std::optional<NameTable::Id> parameter;
  NameTable::Id target = NameTable::kEmpty;
  NameTable::Id group = NameTable::kEmpty;  // role and target
};

/// Whether the whole annotation is a string literal, or several that Python joins.
bool IsString(std::string_view text) {
  std::vector<Token> tokens = Tokenize(text);
  while (tokens.size() > 2 && tokens.front().text == "(" && tokens.back().text == ")") {
    tokens.erase(tokens.begin());
    tokens.pop_back();
  }
  return !tokens.empty() && std::ranges::all_of(tokens, [](const Token& token) {
    return token.kind == TokenKind::kString && EvaluateTextLiteral(token.text).has_value();
  });
}

class Writer {
 public:
  Writer(const FileFacts& facts, EvidenceTables& tables)
      : facts_(facts),
        tree_(facts.analysis.tree),
        names_(facts.analysis.names),
        table_(tables[EvidenceTable::kCstTypeExprs]) {}

  void Run() {
    for (uint32_t i = 0; i < facts_.analysis.definitions.size(); ++i) {
      CollectDefinition(i);
    }
    for (const TypeAlias& alias : facts_.analysis.aliases) {
      CollectAlias(alias);
    }
    for (NodeIndex i = 1; i < tree_.size(); ++i) {
      if (tree_[i].kind == Kind::kAssignment) {
        CollectAssignment(i);
      }
    }
    std::ranges::stable_sort(expressions_, {},
                             [](const TypeExpression& row) { return row.key.bstart; });
    IdBuilder builder("type_expr");
    NumberAndSort(
        expressions_, facts_.ordinals,
        [](const TypeExpression& row) { return PairKey(row.owner + 1, row.group); },
        [&](TypeExpression& row) {
          builder.Clear();
          builder.Text(facts_.analysis.OwnerKey(row.owner, facts_.file))
              .Text(row.role)
              .Text(names_.Text(row.target))
              .Int(row.key.ordinal)
              .BuildTo(row.key.id.data());
        });
    for (const TypeExpression& row : expressions_) {
      Write(row);
    }
  }

 private:
  void Add(TypeExpression row, TextSpan span) {
    if (span.empty()) {
      return;
    }
    row.key.bstart = span.bstart;
    row.key.bend = span.bend;
    row.group =
        names_.InternExact(std::string(row.role) + ' ' + std::string(names_.Text(row.target)));
    expressions_.push_back(row);
  }

  TextSpan SpanOf(NodeIndex node) const { return TextSpan{tree_[node].bstart, tree_[node].bend}; }

  void CollectDefinition(uint32_t index) {
    const Definition& definition = facts_.analysis.definitions[index];
    CollectTypeParameters(definition.type_parameters, index, definition.header_scope);
    if (definition.kind == DefinitionKind::kClass) {
      return;
    }
    TypeExpression row;
    row.owner = index;
    row.scope = definition.header_scope;
    row.kind = "annotation";
    const NodeIndex list = tree_.Child(definition.node, FieldName::kParameters);
    for (const Parameter& parameter : ReadParameters(tree_, list)) {
      if (parameter.annotation != kNoNode && parameter.name != kNoNode) {
        row.role = "param";
        row.parameter = row.target = tree_[parameter.name].aux;
        Add(row, SpanOf(parameter.annotation));
      }
    }
    if (const NodeIndex type = tree_.Child(definition.node, FieldName::kReturnType);
        type != kNoNode) {
      row.role = "return";
      row.parameter.reset();
      row.target = names_.Intern("return");
      Add(row, SpanOf(type));
    }
  }

  void CollectTypeParameters(const std::vector<TypeParameter>& parameters, uint32_t owner,
                             uint32_t scope) {
    for (const TypeParameter& parameter : parameters) {
      TypeExpression row;
      row.owner = owner;
      row.scope = scope;
      row.role = "type_param";
      row.target = names_.Intern(facts_.text.Text(parameter.name.bstart, parameter.name.bend));
      row.parameter = row.target;
      row.kind = "bound";
      Add(row, parameter.bound);
      row.kind = "default";
      Add(row, parameter.default_value);
    }
  }

  void CollectAlias(const TypeAlias& alias) {
    const uint32_t owner = facts_.analysis.OwnerOf(alias.node);
    CollectTypeParameters(alias.type_parameters, owner, alias.inner_scope);
    if (alias.value == kNoNode) {
      return;
    }
    TypeExpression row;
    row.owner = owner;
    row.scope = alias.inner_scope;
    row.kind = "type_alias";
    row.role = "alias";
    row.target = alias.name;
    Add(row, SpanOf(alias.value));
  }

  void CollectAssignment(NodeIndex index) {
    const NodeIndex type = tree_.Child(index, FieldName::kType);
    const NodeIndex left = tree_.Child(index, FieldName::kLeft);
    if (type == kNoNode || left == kNoNode) {
      return;
    }
    TypeExpression row;
    row.owner = facts_.analysis.OwnerOf(index);
    row.scope = tree_[index].scope;
    row.kind = "annotation";
    row.role =
        tree_[tree_.StripParentheses(left)].kind == Kind::kAttribute ? "attribute" : "variable";
    if (ReadChain(facts_.analysis, left, chain_)) {
      row.target = names_.InternExact(chain_.text);
    } else {
      row.target = names_.InternExact(facts_.text.Text(tree_[left].bstart, tree_[left].bend));
    }
    Add(row, SpanOf(type));
  }

  void Write(const TypeExpression& row) {
    const std::string text(facts_.text.Text(row.key.bstart, row.key.bend));
    facts_.rows.File(table_).Text(View(row.key.id));
    RowWriter::Owner(table_, facts_.analysis, row.owner);
    table_.Int32(static_cast<int32_t>(row.key.ordinal)).Text(row.kind).Text(row.role);
    if (row.parameter.has_value()) {
      table_.Text(names_.Text(*row.parameter));
    } else {
      table_.Null();
    }
    table_.Text(names_.Text(row.target))
        .Text(text)
        .Text(ResolveTypeText(text, row.scope, names_, facts_.resolver))
        .Bool(IsString(text));
    facts_.rows.Position(table_, row.key.bstart, row.key.bend);
    table_.EndRow();
  }

  const FileFacts& facts_;
  const FlatTree& tree_;
  NameTable& names_;
  arrow::TableBuilder& table_;
  std::vector<TypeExpression> expressions_;
  DottedChain chain_;
};

}  // namespace

void AppendTypeExpressions(const FileFacts& facts, EvidenceTables& tables) {
  Writer(facts, tables).Run();
}

}  // namespace norma::extract::treesitter
