#include "norma/extract/treesitter/docstring.h"

#include <string>

#include "norma/extract/treesitter/string_literal.h"
#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

/// Whether a string is text with nothing to fill in, by the prefix of its opening quote.
bool IsTextLiteral(const FlatTree& tree, const SourceText& text, NodeIndex string) {
  const Node& node = tree[string];
  for (const char c : text.Raw(node.bstart, node.bend)) {
    if (c == '"' || c == '\'') {
      return true;
    }
    const char lower = static_cast<char>(c | 0x20);
    if (lower != 'r' && lower != 'u') {
      return false;
    }
  }
  return false;
}

void AppendRow(const FileFacts& facts, arrow::TableBuilder& table, NodeIndex body,
               const Definition* owner) {
  const FlatTree& tree = facts.analysis.tree;
  const std::optional<Docstring> docstring = FindDocstring(tree, facts.text, body);
  if (!docstring.has_value()) {
    return;
  }
  std::string value;
  for (const NodeIndex literal : docstring->literals) {
    const Node& node = tree[literal];
    const auto part = EvaluateTextLiteral(facts.text.Text(node.bstart, node.bend));
    if (!part.has_value()) {
      return;  // an error inside of the literal
    }
    value += *part;
  }
  facts.rows.File(table);
  if (owner == nullptr) {
    table.Text(facts.file.file_id).Null().Text("module");
  } else {
    table.Text(owner->id).Text(owner->id).Text(DefinitionKindName(owner->kind));
  }
  table.Text(value);
  facts.rows.Position(table, tree[docstring->node].bstart, tree[docstring->node].bend);
  table.EndRow();
}

}  // namespace

std::optional<Docstring> FindDocstring(const FlatTree& tree, const SourceText& text,
                                       NodeIndex body) {
  const NodeIndex statement = tree.FirstChild(body);
  if (statement == kNoNode || tree[statement].kind != Kind::kExpressionStatement) {
    return std::nullopt;
  }
  const NodeIndex expression = tree.FirstChild(statement);
  // `"text",` is a tuple: the statement ends after its only child.
  if (expression == kNoNode || tree.NextSibling(expression) != kNoNode ||
      tree[expression].bend != tree[statement].bend) {
    return std::nullopt;
  }
  Docstring docstring;
  docstring.node = tree.StripParentheses(expression);
  if (tree[docstring.node].kind == Kind::kString) {
    docstring.literals.push_back(docstring.node);
  } else if (tree[docstring.node].kind == Kind::kConcatenatedString) {
    for (NodeIndex child = tree.FirstChild(docstring.node); child != kNoNode;
         child = tree.NextSibling(child)) {
      docstring.literals.push_back(child);
    }
  }
  if (docstring.literals.empty()) {
    return std::nullopt;
  }
  for (const NodeIndex literal : docstring.literals) {
    if (tree[literal].kind != Kind::kString || !IsTextLiteral(tree, text, literal)) {
      return std::nullopt;
    }
  }
  return docstring;
}

void AppendDocstrings(const FileFacts& facts, EvidenceTables& tables) {
  arrow::TableBuilder& table = tables[EvidenceTable::kCstDocstrings];
  AppendRow(facts, table, 0, nullptr);
  // A definition's docstring comes before those of the definitions in its body.
  for (const Definition& definition : facts.analysis.definitions) {
    if (definition.body != kNoNode) {
      AppendRow(facts, table, definition.body, &definition);
    }
  }
}

}  // namespace norma::extract::treesitter
