#include "norma/sql/fingerprint.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "norma/sql/ir_walk.h"
#include "norma/sql/part_hash.h"

namespace norma::sql {
namespace {

// One NaN, so that a value has one encoding.
void AppendFloat(double value, std::string& out) {
  const uint64_t bits =
      std::isnan(value) ? uint64_t{0x7ff8000000000000} : std::bit_cast<uint64_t>(value);
  AppendLittleEndian(bits, out);
}

std::string_view View(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// The sources of a FROM in order, those of semi joins' right sides included.
std::vector<SourceId> NumberSources(const Ir& ir, RelationId from) {
  std::vector<SourceId> sources;
  std::vector<RelationId> stack;
  if (from) {
    stack.push_back(from);
  }
  while (!stack.empty()) {
    const RelationId id = stack.back();
    stack.pop_back();
    std::visit(Overloaded{[&](const Table& node) { sources.push_back(node.source); },
                          [&](const Derived& node) { sources.push_back(node.source); },
                          [&](const Join& node) {
                            stack.push_back(node.right);
                            stack.push_back(node.left);
                          },
                          [&](const Unnest& node) {
                            sources.push_back(node.source);
                            stack.push_back(node.input);
                          },
                          [&](const Prefer& node) { stack.push_back(node.input); }},
               ir[id].node);
  }
  return sources;
}

// The encoding E of one query after the other, those used before those that use them. A node leaves
// pieces: bytes, or a child that the loop opens later.
class Encoder {
 public:
  explicit Encoder(const Ir& ir) : ir_(ir) {}

  // E(root), with every other query as its digest.
  std::string EncodeRoot() {
    for (const AnyId any : PostOrder(ir_, ir_.root)) {
      NoteRelation(any);
      const QueryId* id = std::get_if<QueryId>(&any);
      if (id != nullptr && *id != ir_.root) {
        digests_[*id] = HashParts("def.query", {Encode(*id)});
      }
    }
    return Encode(ir_.root);
  }

 private:
  using Piece = std::variant<std::string, ExprId, RelationId>;

  // What a column of a source refers to needs the relation that the source belongs to.
  void NoteRelation(AnyId any) {
    const RelationId* id = std::get_if<RelationId>(&any);
    if (id == nullptr) {
      return;
    }
    std::visit(Overloaded{[&](const Table& node) { owners_[node.source] = *id; },
                          [&](const Derived& node) { owners_[node.source] = *id; },
                          [&](const Unnest& node) { owners_[node.source] = *id; },
                          [](const Join&) {}, [](const Prefer&) {}},
               ir_[*id].node);
  }

  std::string Encode(QueryId id) {
    const auto* select = std::get_if<Select>(&ir_[id].node);
    sources_ = NumberSources(ir_, select == nullptr ? RelationId() : select->from);
    std::string out;
    std::vector<Piece> stack;
    const auto open = [&](const auto& node) {
      pieces_.clear();
      std::visit([&](const auto& known) { PutNode(known); }, node);
      for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
        stack.push_back(std::move(*piece));
      }
    };
    open(ir_[id].node);
    while (!stack.empty()) {
      const Piece piece = std::move(stack.back());
      stack.pop_back();
      std::visit(Overloaded{[&](const std::string& bytes) { out += bytes; },
                            [&](auto child) { open(ir_[child].node); }},
                 piece);
    }
    return out;
  }

  std::string& Bytes() {
    if (pieces_.empty() || !std::holds_alternative<std::string>(pieces_.back())) {
      pieces_.emplace_back(std::string());
    }
    return std::get<std::string>(pieces_.back());
  }

  template <typename Node>
  void PutNode(const Node& node) {
    AppendLittleEndian(Node::kTag.value, Bytes());
    EachField(node, [&](const auto&, const auto& value) { Put(value); });
  }

  // ---- children ----

  void Put(ExprId id) {
    if (!id) {
      Bytes() += '\x00';
    } else if (const auto* column = std::get_if<Column>(&ir_[id].node)) {
      PutColumn(*column);
    } else {
      Bytes() += '\x01';
      pieces_.emplace_back(id);
    }
  }
  void Put(RelationId id) {
    Bytes() += id ? '\x01' : '\x00';
    if (id) {
      pieces_.emplace_back(id);
    }
  }
  void Put(QueryId id) {
    Bytes() += '\x02';
    Bytes() += View(digests_.at(id));
  }

  void PutColumn(const Column& column) {
    const auto number = std::ranges::find(sources_, column.source) - sources_.begin();
    Bytes() += '\x03';
    AppendLittleEndian(uint16_t{0}, Bytes());  // levels up: subqueries in expressions come later
    AppendLittleEndian(static_cast<uint16_t>(number), Bytes());
    Bytes() += View(Reference(column));
  }

  Digest Reference(const Column& column) {
    const auto [found, is_new] = references_.try_emplace(std::pair(column.source, column.ordinal));
    if (is_new) {
      const SchemaColumn& schema = ir_[column.source].columns[column.ordinal];
      std::string ordinal;
      AppendLittleEndian(column.ordinal, ordinal);
      found->second = std::visit(
          Overloaded{[&](const Table& node) {
                       return HashParts("ref.table",
                                        {node.name, schema.name, schema.type.ToString()});
                     },
                     [&](const Derived& node) {
                       return HashParts("ref.query", {View(digests_.at(node.query)), ordinal});
                     },
                     [&](const auto&) { return HashParts("ref.unnest", {ordinal}); }},
          ir_[owners_.at(column.source)].node);
    }
    return found->second;
  }

  template <typename T>
  void Put(const std::vector<T>& list) {
    AppendLittleEndian(static_cast<uint32_t>(list.size()), Bytes());
    for (const T& element : list) {
      Put(element);
    }
  }
  void Put(const Item& item) {
    Put(item.expr);
    Put(item.name);
  }
  void Put(const SortKey& key) {
    Put(key.expr);
    Put(key.descending);
    Put(key.nulls_first);
  }
  void Put(const Arm& arm) {
    Put(arm.condition);
    Put(arm.value);
  }
  void Put(const std::optional<Grouping>& grouping) {
    Bytes() += grouping.has_value() ? '\x01' : '\x00';
    if (grouping.has_value()) {
      Put(grouping->sets);
    }
  }

  // ---- values ----

  void Put(bool value) { Bytes() += value ? '\x01' : '\x00'; }
  void Put(const std::string& text) { AppendLengthAndText(text, Bytes()); }
  void Put(const DataType& type) { AppendLengthAndText(type.ToString(), Bytes()); }
  void Put(uint32_t value) { AppendLittleEndian(int64_t{value}, Bytes()); }
  // A source is its number in FROM, which the relation's place already says.
  void Put(SourceId) {}
  template <typename Enum>
    requires std::is_enum_v<Enum>
  void Put(Enum value) {
    AppendLittleEndian(static_cast<uint8_t>(value), Bytes());
  }
  void Put(const Frame& frame) {
    Put(frame.unit);
    for (const FrameBound& bound : {frame.start, frame.end}) {
      Put(bound.kind);
      AppendLittleEndian(bound.offset, Bytes());
    }
  }
  void Put(const Literal& literal) {
    Put(literal.type());
    AppendLittleEndian(static_cast<uint8_t>(literal.value().index()), Bytes());
    std::visit(Overloaded{[](std::monostate) {}, [&](bool value) { Put(value); },
                          [&](int64_t value) { AppendLittleEndian(value, Bytes()); },
                          [&](double value) { AppendFloat(value, Bytes()); },
                          [&](const std::string& value) { Put(value); },
                          [&](const Literal::Bytes& value) { Put(value.bytes); },
                          [&](const Literal::CastText& value) { Put(value.text); }},
               literal.value());
  }

  const Ir& ir_;
  std::vector<SourceId> sources_;
  std::vector<Piece> pieces_;
  std::map<QueryId, Digest> digests_;
  std::map<SourceId, RelationId> owners_;
  std::map<std::pair<SourceId, uint32_t>, Digest> references_;
};

}  // namespace

std::string DefFingerprint(const Ir& ir) {
  return PartHash("def").Add(Encoder(ir).EncodeRoot()).Stored("def");
}

}  // namespace norma::sql
