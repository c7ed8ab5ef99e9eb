#include "norma/extract/treesitter/dotted_chain.h"
#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

enum class ReferenceKind : uint8_t { kName, kAttribute, kKeyword };

struct Reference {
  RowKey key;
  NodeIndex node = kNoNode;  // that of the name; kAttribute: of the whole access
  uint32_t owner = kNoDefinition;
  NameTable::Id name = NameTable::kEmpty;
  ReferenceKind kind = ReferenceKind::kName;
  Context context = Context::kLoad;
};

std::string_view KindName(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::kName:
      return "name";
    case ReferenceKind::kAttribute:
      return "attribute";
    case ReferenceKind::kKeyword:
      return "keyword";
  }
  return "name";
}

std::string_view ContextName(Context context) {
  switch (context) {
    case Context::kStore:
      return "store";
    case Context::kDel:
      return "del";
    case Context::kLoad:
    case Context::kParam:
    case Context::kNone:
      return "load";
  }
  return "load";
}

/// References that are numbered and sorted together; a file has one for every few bytes.
constexpr size_t kMostInHand = 65536;

class Writer {
 public:
  Writer(const FileFacts& facts, EvidenceTables& tables)
      : facts_(facts), tree_(facts.analysis.tree), table_(tables[EvidenceTable::kCstRefs]) {}

  void Run() {
    facts_.ordinals.Clear();
    for (NodeIndex i = 1; i < tree_.size(); ++i) {
      Collect(i);
    }
    WriteAll();
  }

 private:
  void WriteAll() {
    NumberAndSortPart(
        references_, facts_.ordinals,
        [](const Reference& row) {
          const uint32_t kinds =
              static_cast<uint32_t>(row.kind) * 4 + static_cast<uint32_t>(row.context);
          return PairKey(row.owner + 1, row.name * 16 + kinds);
        },
        [&](Reference& row) {
          builder_.Clear();
          builder_.Text(facts_.analysis.OwnerKey(row.owner, facts_.file))
              .Text(KindName(row.kind))
              .Text(ContextName(row.context))
              .Text(facts_.analysis.names.Text(row.name))
              .Int(row.key.ordinal)
              .BuildTo(row.key.id.data());
        });
    for (const Reference& row : references_) {
      Write(row);
    }
    references_.clear();
  }

  /// \param bstart where the reference begins; never before that of the last one.
  void Add(NodeIndex node, uint32_t bstart, NameTable::Id name, ReferenceKind kind,
           Context context) {
    if (references_.size() >= kMostInHand && references_.back().key.bstart != bstart) {
      WriteAll();
    }
    Reference row;
    row.key.bstart = bstart;
    row.key.bend = tree_[node].bend;
    row.node = node;
    row.owner = facts_.analysis.OwnerOf(node);
    row.name = name;
    row.kind = kind;
    row.context = context;
    references_.push_back(row);
  }

  void Collect(NodeIndex index) {
    const Node& node = tree_[index];
    switch (node.kind) {
      case Kind::kIdentifier:
        CollectIdentifier(index, node);
        return;
      case Kind::kAttribute:
        if (const NodeIndex name = AttributeName(tree_, index); name != kNoNode) {
          Add(index, node.bstart, tree_[name].aux, ReferenceKind::kAttribute, node.context);
        }
        return;
      case Kind::kMemberType:
        if (const NodeIndex name = tree_.Child(index, Kind::kIdentifier);
            name != kNoNode && tree_[name].bend > tree_[name].bstart) {
          Add(index, node.bstart, tree_[name].aux, ReferenceKind::kAttribute, Context::kLoad);
        }
        return;
      default:  // NOLINT: no name is used here
        return;
    }
  }

  void CollectIdentifier(NodeIndex index, const Node& node) {
    const Node& parent = tree_[node.parent];
    if (node.is_missing || node.bend == node.bstart) {
      return;
    }
    const bool is_keyword =
        (parent.kind == Kind::kKeywordArgument && node.field == FieldName::kName) ||
        (parent.kind == Kind::kKeywordPattern && index == node.parent + 1);
    if (is_keyword) {
      Add(index, node.bstart, node.aux, ReferenceKind::kKeyword, Context::kLoad);
    } else if (parent.kind == Kind::kDottedName && index != node.parent + 1) {
      if (parent.context == Context::kLoad) {
        // The access is all of `a.b`, like an attribute outside of a pattern.
        Add(index, parent.bstart, node.aux, ReferenceKind::kAttribute, Context::kLoad);
      }
    } else if (node.context != Context::kNone && node.context != Context::kParam) {
      Add(index, node.bstart, node.aux, ReferenceKind::kName, node.context);
    }
  }

  void Write(const Reference& row) {
    facts_.rows.File(table_).Text(View(row.key.id));
    RowWriter::Owner(table_, facts_.analysis, row.owner);
    table_.Int32(static_cast<int32_t>(row.key.ordinal))
        .Text(KindName(row.kind))
        .Text(facts_.analysis.names.Text(row.name))
        .Text(ContextName(row.context));
    const Node& node = tree_[row.node];
    std::span<const Candidate> candidates;
    std::string_view suffix;
    if (row.kind == ReferenceKind::kAttribute && ReadBase(row)) {
      const std::string_view base = std::string_view(chain_.text).substr(0, base_length_);
      table_.Text(base);
      candidates = facts_.resolver.CandidatesOf(tree_[chain_.head].scope, tree_[chain_.head].aux);
      suffix = chain_.Suffix(facts_.analysis.names, tree_);
    } else {
      table_.Null();
      // A store binds the name; it uses nothing that the name meant before.
      if (row.kind == ReferenceKind::kName && row.context != Context::kStore) {
        candidates = facts_.resolver.CandidatesOf(node.scope, row.name);
      }
    }
    table_.Text(ParentKind(node));
    RowWriter::Candidates(table_, candidates, suffix);
    facts_.rows.Position(table_, row.key.bstart, row.key.bend);
    table_.EndRow();
  }

  std::string_view ParentKind(const Node& node) const {
    NodeIndex parent = node.parent;
    while (tree_.IsLiftedStar(parent, facts_.grammar)) {
      parent = tree_[parent].parent;
    }
    return facts_.grammar.NameOf(tree_[parent].symbol);
  }

  /// Reads the whole access into chain_ and the length of its base into base_length_.
  bool ReadBase(const Reference& row) {
    if (tree_[row.node].kind == Kind::kIdentifier) {
      return ReadDottedName(row.node);
    }
    if (tree_[row.node].kind != Kind::kAttribute || !ReadChain(facts_.analysis, row.node, chain_)) {
      return false;
    }
    base_length_ = chain_.text.size() - facts_.analysis.names.Text(row.name).size() - 1;
    return true;
  }

  /// The parts of a pattern's dotted name up to `last`.
  bool ReadDottedName(NodeIndex last) {
    chain_.head = tree_[last].parent + 1;
    if (last - chain_.head >= kMaxChainParts || tree_[chain_.head].kind != Kind::kIdentifier) {
      return false;
    }
    chain_.text = facts_.analysis.names.Text(tree_[chain_.head].aux);
    for (NodeIndex part = chain_.head; part != last;) {
      part = tree_.NextSibling(part);
      base_length_ = chain_.text.size();
      chain_.text += '.';
      chain_.text += facts_.analysis.names.Text(tree_[part].aux);
    }
    return true;
  }

  const FileFacts& facts_;
  const FlatTree& tree_;
  arrow::TableBuilder& table_;
  std::vector<Reference> references_;  // in hand
  IdBuilder builder_{"ref"};
  DottedChain chain_;
  size_t base_length_ = 0;
};

}  // namespace

void AppendReferences(const FileFacts& facts, EvidenceTables& tables) {
  Writer(facts, tables).Run();
}

}  // namespace norma::extract::treesitter
