#include "norma/extract/flow/rows.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "norma/base/id.h"
#include "norma/extract/flow/place.h"

namespace norma::extract::flow {
namespace {

using Id = std::array<char, kIdLength>;

std::string_view Text(const Id& id) { return {id.data(), id.size()}; }

std::optional<int32_t> Given(int32_t number) {
  return number < 0 ? std::nullopt : std::optional(number);
}

class RowWriter {
 public:
  RowWriter(const FlowResult& flow, const CodeUnits& units, const source::SourceFile& file,
            const FlowTables& tables)
      : flow_(flow), units_(units), file_(file), tables_(tables) {}

  int64_t Append() {
    const int64_t before = Rows();
    SetEventIds();
    for (const size_t unit : UnitsById()) {
      SetUnit(unit);
      AppendBlocks();
      AppendEdges();
      AppendEvents();
      AppendReaches(unit);
    }
    return Rows() - before;
  }

 private:
  int64_t Rows() const {
    return tables_.blocks.rows() + tables_.cfg_edges.rows() + tables_.events.rows() +
           tables_.reaches.rows();
  }

  std::vector<size_t> UnitsById() const {
    std::vector<size_t> order(units_.units.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::sort(order, {},
                      [&](size_t unit) -> const std::string& { return units_.units[unit].id; });
    return order;
  }

  /// All of the file, since edges lead from unit to unit.
  void SetEventIds() {
    IdBuilder builder("event");
    event_ids_.resize(units_.units.size());
    for (size_t unit = 0; unit < event_ids_.size(); ++unit) {
      const UnitEvents& events = flow_.units[unit].events;
      event_ids_[unit].resize(events.events.size());
      for (size_t i = 0; i < events.events.size(); ++i) {
        const Event& event = events.events[i];
        const Variable& variable = events.variables[static_cast<size_t>(event.variable)];
        builder.Clear();
        builder.Text(units_.units[unit].id)
            .Text(VarClassName(variable.var_class))
            .Text(flow_.symbols[variable.symbol])
            .Text(EventKindName(event.kind))
            .Int(event.ordinal)
            .BuildTo(event_ids_[unit][i].data());
      }
    }
  }

  void SetUnit(size_t unit) {
    unit_ = &units_.units[unit];
    unit_flow_ = &flow_.units[unit];
    block_ids_.resize(unit_flow_->cfg.blocks.size());
    IdBuilder builder("block");
    for (size_t i = 0; i < block_ids_.size(); ++i) {
      builder.Clear();
      builder.Text(unit_->id).Int(static_cast<int64_t>(i)).BuildTo(block_ids_[i].data());
    }
    places_.clear();
    const RawPosition* last = nullptr;
    for (const Instruction& instruction : unit_->instructions) {
      // Neighbours mostly come from one expression.
      if (last != nullptr && *last == instruction.position) {
        places_.push_back(places_.back());
      } else {
        places_.push_back(PlaceOf(file_, instruction.position));
      }
      last = &instruction.position;
    }
  }

  arrow::TableBuilder& Begin(arrow::TableBuilder& builder) const {
    return builder.Text(file_.file_id).Text(file_.path).Text(unit_->id);
  }

  std::string_view BlockId(int32_t block) const {
    return Text(block_ids_[static_cast<size_t>(block)]);
  }

  std::string_view InstructionId(int32_t instruction) {
    instruction_ids_.Clear();
    instruction_ids_.Text(unit_->id).Int(instruction).BuildTo(instruction_id_.data());
    return Text(instruction_id_);
  }

  const Instruction& At(int32_t instruction) const {
    return unit_->instructions[static_cast<size_t>(instruction)];
  }

  void AppendBlocks() {
    for (size_t i = 0; i < block_ids_.size(); ++i) {
      const Block& block = unit_flow_->cfg.blocks[i];
      Begin(tables_.blocks)
          .Text(Text(block_ids_[i]))
          .Int32(static_cast<int32_t>(i))
          .Int32(At(block.first_instruction).start_offset)
          .Int32(At(block.end_instruction - 1).end_offset)
          .Int32(block.first_instruction)
          .Int32(block.end_instruction - block.first_instruction)
          .Text(BlockKindName(block.kind))
          .Text(ExitKindName(block.exit));
      if (block.handler < 0) {
        tables_.blocks.Null();
      } else {
        tables_.blocks.Text(BlockId(block.handler));
      }
      tables_.blocks.Bool(block.is_reachable);
      Hull hull;
      for (int32_t k = block.first_instruction; k < block.end_instruction; ++k) {
        hull.Add(places_[static_cast<size_t>(k)]);
      }
      source::AppendPosition(tables_.blocks, hull.place());
      tables_.blocks.EndRow();
    }
  }

  void AppendEdges() {
    IdBuilder builder("cfg_edge");
    Id id;
    for (const Edge& edge : unit_flow_->cfg.edges) {
      builder.Clear();
      builder.Text(BlockId(edge.source))
          .Text(BlockId(edge.target))
          .Text(EdgeKindName(edge.kind))
          .OptionalInt(Given(edge.exception))
          .BuildTo(id.data());
      Begin(tables_.cfg_edges)
          .Text(Text(id))
          .Text(BlockId(edge.source))
          .Text(BlockId(edge.target))
          .Int32(edge.source)
          .Int32(edge.target)
          .Text(EdgeKindName(edge.kind));
      if (edge.condition < 0) {
        tables_.cfg_edges.Null();
      } else {
        tables_.cfg_edges.Text(InstructionId(edge.condition));
      }
      tables_.cfg_edges.OptionalInt32(Given(edge.exception)).EndRow();
    }
  }

  void AppendEvents() {
    const UnitEvents& events = unit_flow_->events;
    const std::vector<Id>& ids = event_ids_[static_cast<size_t>(unit_ - units_.units.data())];
    for (size_t i = 0; i < events.events.size(); ++i) {
      const Event& event = events.events[i];
      Begin(tables_.events).Text(Text(ids[i])).Int32(static_cast<int32_t>(i)).Int32(event.ordinal);
      if (event.instruction < 0) {
        tables_.events.Null();
      } else {
        tables_.events.Text(InstructionId(event.instruction));
      }
      tables_.events.OptionalInt32(Given(event.instruction))
          .Int32(event.sub_index)
          .Int32(event.block);
      AppendMeaning(event, events.variables[static_cast<size_t>(event.variable)]);
      AppendEventPlace(event);
      tables_.events.EndRow();
    }
  }

  void AppendMeaning(const Event& event, const Variable& variable) {
    tables_.events.Text(EventKindName(event.kind))
        .Text(VarClassName(variable.var_class))
        .Text(flow_.symbols[variable.symbol])
        .Text(OriginName(event.origin))
        .Bool(event.synthetic)
        .Bool(event.fallback);
    const bool is_use = event.kind == EventKind::kUse;
    const bool asks_unbound =
        is_use && variable.var_class != VarClass::kName && variable.var_class != VarClass::kGlobal;
    tables_.events.OptionalBool(asks_unbound ? std::optional(event.maybe_unbound) : std::nullopt)
        .OptionalInt32(is_use ? std::optional(event.def_count) : std::nullopt);
  }

  void AppendEventPlace(const Event& event) {
    if (event.instruction < 0) {
      tables_.events.Null().Null();
      source::AppendPosition(tables_.events, {});
      return;
    }
    const Instruction& instruction = At(event.instruction);
    tables_.events.Int32(instruction.start_offset).Int32(instruction.end_offset);
    source::AppendPosition(tables_.events, places_[static_cast<size_t>(event.instruction)]);
  }

  void AppendReaches(size_t unit) {
    const std::vector<Id>& uses = event_ids_[unit];
    const auto key = [&](const Reach& reach) {
      return std::tuple(Text(uses[static_cast<size_t>(reach.use)]), Text(DefinitionId(reach)),
                        reach.via);
    };
    reaches_.assign(unit_flow_->reaches.begin(), unit_flow_->reaches.end());
    std::ranges::sort(reaches_, {}, key);
    IdBuilder builder("reach");
    Id id;
    for (const Reach& reach : reaches_) {
      const std::string_view use_id = Text(uses[static_cast<size_t>(reach.use)]);
      const std::string_view def_id = Text(DefinitionId(reach));
      const UnitEvents& events = unit_flow_->events;
      const Variable& variable = events.variables[static_cast<size_t>(
          events.events[static_cast<size_t>(reach.use)].variable)];
      builder.Clear();
      builder.Text(def_id).Text(use_id).Text(ViaName(reach.via)).BuildTo(id.data());
      Begin(tables_.reaches)
          .Text(Text(id))
          .Text(def_id)
          .Text(use_id)
          .Text(units_.units[static_cast<size_t>(reach.def_unit)].id)
          .Text(flow_.symbols[variable.symbol])
          .Text(VarClassName(variable.var_class))
          .Text(ViaName(reach.via))
          .Text(reach.is_must ? "must" : "may")
          .EndRow();
    }
  }

  const Id& DefinitionId(const Reach& reach) const {
    return event_ids_[static_cast<size_t>(reach.def_unit)][static_cast<size_t>(reach.def)];
  }

  const FlowResult& flow_;
  const CodeUnits& units_;
  const source::SourceFile& file_;
  const FlowTables& tables_;
  std::vector<std::vector<Id>> event_ids_;  // by unit and event
  IdBuilder instruction_ids_{"instr"};
  Id instruction_id_{};
  // Of the unit in hand:
  const CodeUnit* unit_ = nullptr;
  const UnitFlow* unit_flow_ = nullptr;
  std::vector<Id> block_ids_;
  std::vector<source::Position> places_;  // of its instructions
  std::vector<Reach> reaches_;
};

}  // namespace

int64_t AppendFlow(const FlowResult& flow, const CodeUnits& units, const source::SourceFile& file,
                   const FlowTables& tables) {
  return RowWriter(flow, units, file, tables).Append();
}

}  // namespace norma::extract::flow
