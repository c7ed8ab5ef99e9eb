#include "norma/extract/treesitter/import_statement.h"

#include <algorithm>
#include <string>
#include <utility>

namespace norma::extract::treesitter {
namespace {

class Reader {
 public:
  Reader(const FlatTree& tree, NodeIndex statement, SourceText& text, NameTable& names)
      : tree_(tree), text_(text), names_(names) {
    common_.statement = statement;
    if (tree[statement].kind == Kind::kFutureImportStatement) {
      common_.kind = ImportKind::kFuture;
      common_.module = "__future__";
    } else if (tree[statement].kind == Kind::kImportFromStatement) {
      common_.kind = ImportKind::kImportFrom;
      ReadModule(tree.Child(statement, FieldName::kModuleName));
    }
  }

  void Read(std::vector<ImportedName>& imports) {
    int32_t index = 0;
    for (NodeIndex child = tree_.FirstChild(common_.statement); child != kNoNode;
         child = tree_.NextSibling(child)) {
      const bool is_star = tree_[child].kind == Kind::kWildcardImport;
      if (!is_star && tree_[child].field != FieldName::kName) {
        continue;
      }
      ImportedName import = common_;
      import.alias = child;
      import.alias_index = index++;
      import.is_star = is_star;
      if (is_star || ReadAlias(child, import)) {
        imports.push_back(std::move(import));
      }
    }
  }

 private:
  std::string_view Name(NodeIndex identifier) {
    const Node& node = tree_[identifier];
    return names_.Text(names_.Intern(text_.Text(node.bstart, node.bend)));
  }

  /// `a.b` without the spaces that may stand in the source.
  std::string Dotted(NodeIndex dotted_name) {
    std::string dotted;
    for (NodeIndex part = tree_.FirstChild(dotted_name); part != kNoNode;
         part = tree_.NextSibling(part)) {
      if (tree_[part].kind == Kind::kIdentifier) {
        dotted += dotted.empty() ? "" : ".";
        dotted += Name(part);
      }
    }
    return dotted;
  }

  void ReadModule(NodeIndex module) {
    if (module == kNoNode) {
      return;
    }
    if (tree_[module].kind == Kind::kDottedName) {
      common_.module = Dotted(module);
      return;
    }
    if (const NodeIndex prefix = tree_.Child(module, Kind::kImportPrefix); prefix != kNoNode) {
      const std::string_view dots = text_.Raw(tree_[prefix].bstart, tree_[prefix].bend);
      common_.relative_level = static_cast<int32_t>(std::ranges::count(dots, '.'));
    }
    if (const NodeIndex name = tree_.Child(module, Kind::kDottedName); name != kNoNode) {
      common_.module = Dotted(name);
    }
  }

  bool ReadAlias(NodeIndex child, ImportedName& import) {
    NodeIndex name = child;
    if (tree_[child].kind == Kind::kAliasedImport) {
      name = tree_.Child(child, FieldName::kName);
      const NodeIndex alias = tree_.Child(child, FieldName::kAlias);
      if (name == kNoNode || alias == kNoNode || Name(alias).empty()) {
        return false;
      }
      import.asname = Name(alias);
    }
    const std::string dotted = Dotted(name);
    if (dotted.empty()) {
      return false;
    }
    if (import.kind == ImportKind::kImport) {
      import.module = dotted;
      // `import a.b` binds a and means it; with a name of its own it means the whole.
      import.target = import.asname.has_value() ? dotted : dotted.substr(0, dotted.find('.'));
      import.bound_name = import.asname.has_value() ? *import.asname : import.target;
    } else {
      import.name = dotted;
      import.target = std::string(static_cast<size_t>(import.relative_level), '.');
      if (import.module.has_value()) {
        import.target += *import.module + ".";
      }
      import.target += dotted;
      import.bound_name = import.asname.has_value() ? *import.asname : dotted;
    }
    return true;
  }

  const FlatTree& tree_;
  SourceText& text_;
  NameTable& names_;
  ImportedName common_;
};

}  // namespace

void ReadImportStatement(const FlatTree& tree, NodeIndex statement, SourceText& text,
                         NameTable& names, std::vector<ImportedName>& imports) {
  Reader(tree, statement, text, names).Read(imports);
}

}  // namespace norma::extract::treesitter
