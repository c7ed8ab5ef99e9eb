#include <algorithm>
#include <array>
#include <string>

#include "norma/extract/treesitter/dotted_chain.h"
#include "norma/extract/treesitter/tables.h"

namespace norma::extract::treesitter {
namespace {

struct Call {
  RowKey key;
  NodeIndex node = kNoNode;
  NodeIndex callee = kNoNode;  // as written, with parentheses
  NodeIndex last_name = kNoNode;
  uint32_t owner = kNoDefinition;
  NameTable::Id callee_key = NameTable::kEmpty;
  bool is_dotted = false;  // callee_key is a chain of names
};

/// One argument of a call, without its keyword or star.
struct Argument {
  NodeIndex value = kNoNode;
  NodeIndex keyword = kNoNode;
  std::string_view star;
};

std::string_view CalleeShape(Kind kind) {
  switch (kind) {
    case Kind::kIdentifier:
      return "name";
    case Kind::kAttribute:
      return "attribute";
    case Kind::kCall:
      return "call";
    case Kind::kSubscript:
      return "subscript";
    case Kind::kLambda:
      return "lambda";
    default:  // NOLINT: docs list no other shape
      return "other";
  }
}

/// The shapes of callees, and those of values that are no callees in sane code.
std::string_view ArgumentShape(Kind kind) {
  switch (kind) {
    case Kind::kString:
    case Kind::kConcatenatedString:
    case Kind::kInteger:
    case Kind::kFloat:
    case Kind::kTrue:
    case Kind::kFalse:
    case Kind::kNone:
    case Kind::kEllipsis:
      return "literal";
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDictionary:
    case Kind::kSet:
      return "collection";
    case Kind::kListComprehension:
    case Kind::kDictionaryComprehension:
    case Kind::kSetComprehension:
    case Kind::kGeneratorExpression:
      return "comprehension";
    default:  // NOLINT: as a callee
      return CalleeShape(kind);
  }
}

class Writer {
 public:
  Writer(const FileFacts& facts, EvidenceTables& tables)
      : facts_(facts),
        tree_(facts.analysis.tree),
        names_(facts.analysis.names),
        calls_table_(tables[EvidenceTable::kCstCallsites]),
        args_table_(tables[EvidenceTable::kCstCallArgs]) {}

  void Run() {
    for (NodeIndex i = 1; i < tree_.size(); ++i) {
      if (tree_[i].kind == Kind::kCall) {
        Collect(i);
      }
    }
    IdBuilder builder("call");
    NumberAndSort(
        calls_, facts_.ordinals,
        [](const Call& call) { return PairKey(call.owner + 1, call.callee_key); },
        [&](Call& call) {
          builder.Clear();
          builder.Text(facts_.analysis.OwnerKey(call.owner, facts_.file))
              .Text(names_.Text(call.callee_key))
              .Int(call.key.ordinal)
              .BuildTo(call.key.id.data());
        });
    for (const Call& call : calls_) {
      WriteCall(call);
    }
    WriteArguments();
  }

 private:
  void Collect(NodeIndex index) {
    const NodeIndex callee = tree_.Child(index, FieldName::kFunction);
    if (callee == kNoNode) {
      return;  // only in what an error left
    }
    Call call;
    call.key.bstart = tree_[index].bstart;
    call.key.bend = tree_[index].bend;
    call.node = index;
    call.callee = callee;
    call.owner = facts_.analysis.OwnerOf(index);
    const NodeIndex stripped = tree_.StripParentheses(callee);
    if (tree_[stripped].kind == Kind::kIdentifier) {
      call.last_name = stripped;
    } else if (tree_[stripped].kind == Kind::kAttribute) {
      call.last_name = AttributeName(tree_, stripped);
    }
    call.is_dotted = ReadChain(facts_.analysis, callee, chain_);
    call.callee_key = names_.InternExact(call.is_dotted ? chain_.text : ShapeKey(stripped));
    calls_.push_back(call);
  }

  /// The callee with its base replaced by its shape: `<call>.b`.
  std::string ShapeKey(NodeIndex node) {
    std::array<NodeIndex, kMaxChainParts> parts{};
    size_t count = 0;
    while (tree_[node].kind == Kind::kAttribute && count < parts.size()) {
      const NodeIndex object = tree_.Child(node, FieldName::kObject);
      if (object == kNoNode) {
        break;
      }
      parts[count++] = AttributeName(tree_, node);
      node = tree_.StripParentheses(object);
    }
    std::string key = "<" + std::string(CalleeShape(tree_[node].kind)) + ">";
    while (count > 0) {
      key += '.';
      if (const NodeIndex name = parts[--count]; name != kNoNode) {
        key += names_.Text(tree_[name].aux);
      }
    }
    return key;
  }

  void WriteCall(const Call& call) {
    const Node& node = tree_[call.node];
    const Node& callee = tree_[call.callee];
    facts_.rows.File(calls_table_).Text(View(call.key.id));
    RowWriter::Owner(calls_table_, facts_.analysis, call.owner);
    calls_table_.Int32(static_cast<int32_t>(call.key.ordinal))
        .Text(CalleeShape(tree_[tree_.StripParentheses(call.callee)].kind))
        .Text(facts_.text.CutText(callee.bstart, callee.bend));
    if (call.is_dotted) {
      calls_table_.Text(names_.Text(call.callee_key));
    } else {
      calls_table_.Null();
    }
    ReadArguments(call.node);
    calls_table_.Int32(static_cast<int32_t>(arguments_.size()))
        .Bool(IsAwaited(call.node))
        .Bool(node.in_decorator)
        .Text(names_.Text(call.callee_key));
    WriteCandidates(call);
    facts_.rows.Position(calls_table_, call.key.bstart, call.key.bend);
    facts_.rows.Position(calls_table_, callee.bstart, callee.bend);
    if (call.last_name != kNoNode) {
      calls_table_.Int64(tree_[call.last_name].bstart).Int64(tree_[call.last_name].bend);
    } else {
      calls_table_.Null().Null();
    }
    calls_table_.EndRow();
  }

  void WriteCandidates(const Call& call) {
    std::span<const Candidate> candidates;
    std::string_view suffix;
    if (call.is_dotted && ReadChain(facts_.analysis, call.callee, chain_)) {
      const Node& head = tree_[chain_.head];
      candidates = facts_.resolver.CandidatesOf(head.scope, head.aux);
      suffix = chain_.Suffix(names_, tree_);
    }
    RowWriter::Candidates(calls_table_, candidates, suffix);
    full_names_.clear();
    for (const Candidate& candidate : candidates) {
      if (!candidate.fqn.empty()) {
        full_names_.push_back(candidate.fqn);
        full_names_.back() += suffix;
      }
    }
    std::ranges::sort(full_names_);
    const auto repeated = std::ranges::unique(full_names_);
    full_names_.erase(repeated.begin(), repeated.end());
    calls_table_.TextList(full_names_);
  }

  bool IsAwaited(NodeIndex call) const {
    NodeIndex above = tree_[call].parent;
    while (tree_[above].kind == Kind::kParenthesizedExpression) {
      above = tree_[above].parent;
    }
    return tree_[above].kind == Kind::kAwait;
  }

  /// Fills arguments_.
  void ReadArguments(NodeIndex call) {
    arguments_.clear();
    const NodeIndex list = tree_.Child(call, FieldName::kArguments);
    if (list == kNoNode) {
      return;
    }
    if (tree_[list].kind == Kind::kGeneratorExpression) {
      arguments_.push_back(Argument{list, kNoNode, ""});  // f(x for x in y)
      return;
    }
    for (NodeIndex child = tree_.FirstChild(list); child != kNoNode;
         child = tree_.NextSibling(child)) {
      if (tree_[child].kind == Kind::kError || tree_[child].is_missing) {
        continue;
      }
      Argument argument{child, kNoNode, ""};
      if (tree_[child].kind == Kind::kKeywordArgument) {
        argument.value = tree_.Child(child, FieldName::kValue);
        argument.keyword = tree_.Child(child, FieldName::kName);
      } else if (tree_[child].kind == Kind::kListSplat) {
        argument.value = tree_.FirstChild(child);
        argument.star = "*";
      } else if (tree_[child].kind == Kind::kDictionarySplat) {
        argument.value = tree_.FirstChild(child);
        argument.star = "**";
      }
      if (argument.value != kNoNode) {
        arguments_.push_back(argument);
      }
    }
  }

  struct ArgumentRow {
    const Call* call;
    Argument argument;
    int32_t index;
  };

  /// Sorted by their own start: the arguments of an outer call enclose those of inner ones.
  void WriteArguments() {
    std::vector<ArgumentRow> rows;
    for (const Call& call : calls_) {
      ReadArguments(call.node);
      int32_t index = 0;
      for (const Argument& argument : arguments_) {
        rows.push_back(ArgumentRow{&call, argument, index++});
      }
    }
    std::ranges::sort(rows, [&](const ArgumentRow& a, const ArgumentRow& b) {
      const uint32_t a_start = tree_[a.argument.value].bstart;
      const uint32_t b_start = tree_[b.argument.value].bstart;
      if (a_start != b_start) {
        return a_start < b_start;
      }
      return a.call != b.call ? a.call->key.id < b.call->key.id : a.index < b.index;
    });
    for (const ArgumentRow& row : rows) {
      WriteArgument(row);
    }
  }

  void WriteArgument(const ArgumentRow& row) {
    const Node& value = tree_[row.argument.value];
    facts_.rows.File(args_table_).Text(View(row.call->key.id)).Int32(row.index);
    if (row.argument.keyword != kNoNode) {
      args_table_.Text(names_.Text(tree_[row.argument.keyword].aux));
    } else {
      args_table_.Null();
    }
    const Kind kind = tree_[tree_.StripParentheses(row.argument.value)].kind;
    args_table_.Text(row.argument.star)
        .Text(ArgumentShape(kind))
        .Text(facts_.text.CutText(value.bstart, value.bend));
    facts_.rows.Position(args_table_, value.bstart, value.bend);
    args_table_.EndRow();
  }

  const FileFacts& facts_;
  const FlatTree& tree_;
  NameTable& names_;
  arrow::TableBuilder& calls_table_;
  arrow::TableBuilder& args_table_;
  std::vector<Call> calls_;
  std::vector<Argument> arguments_;  // of the call at hand
  std::vector<std::string> full_names_;
  DottedChain chain_;
};

}  // namespace

void AppendCalls(const FileFacts& facts, EvidenceTables& tables) { Writer(facts, tables).Run(); }

}  // namespace norma::extract::treesitter
