#include "norma/extract/flow/code_rows.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "norma/base/id.h"
#include "norma/extract/flow/argument.h"
#include "norma/extract/flow/place.h"
#include "norma/source/position.h"

namespace norma::extract::flow {
namespace {

// Bits of co_flags (the `inspect` module).
constexpr int32_t kOptimized = 0x01;
constexpr int32_t kNested = 0x10;
constexpr int32_t kGenerator = 0x20;
constexpr int32_t kCoroutine = 0x80;
constexpr int32_t kAsyncGenerator = 0x200;

struct KindName {
  std::string_view name;
  std::string_view kind;
};
constexpr std::array<KindName, 6> kKindsByName = {{{"<lambda>", "lambda"},
                                                   {"<listcomp>", "listcomp"},
                                                   {"<setcomp>", "setcomp"},
                                                   {"<dictcomp>", "dictcomp"},
                                                   {"<genexpr>", "genexpr"},
                                                   {"__annotate__", "annotation"}}};

class CodeRowWriter {
 public:
  CodeRowWriter(const CodeFacts& facts, const source::SourceFile& file, const CodeTables& tables)
      : facts_(facts), file_(file), tables_(tables), arguments_(facts.set), ids_("instr") {}

  int64_t Append() {
    const int64_t before = Rows();
    hulls_.resize(facts_.units.units.size());
    for (const size_t unit :
         UnitsBy([](const CodeUnit& one) { return std::string_view(one.id); })) {
      AppendInstructions(unit);
      AppendExceptions(facts_.units.units[unit]);
    }
    for (const size_t unit : UnitsBy([](const CodeUnit& one) {
           return std::tuple(one.first_line, std::string_view(one.id));
         })) {
      AppendUnit(unit);
    }
    return Rows() - before;
  }

 private:
  int64_t Rows() const {
    return tables_.code_units.rows() + tables_.instructions.rows() + tables_.exception_table.rows();
  }

  template <typename Key>
  std::vector<size_t> UnitsBy(Key key) const {
    std::vector<size_t> order(facts_.units.units.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::ranges::sort(order, {}, [&](size_t unit) { return key(facts_.units.units[unit]); });
    return order;
  }

  void AppendInstructions(size_t unit_index) {
    const CodeUnit& unit = facts_.units.units[unit_index];
    const InstructionFlow& flow = facts_.flow[unit_index];
    for (size_t i = 0; i < unit.instructions.size(); ++i) {
      const source::Position place = PlaceOf(file_, unit.instructions[i].position);
      hulls_[unit_index].Add(place);
      AppendInstruction(unit, i, flow, place);
    }
  }

  void AppendInstruction(const CodeUnit& unit, size_t index, const InstructionFlow& flow,
                         const source::Position& place) {
    const Instruction& instruction = unit.instructions[index];
    const auto instr_index = static_cast<int32_t>(index);
    std::array<char, kIdLength> id{};
    ids_.Clear();
    ids_.Text(unit.id).Int(instr_index).BuildTo(id.data());
    arrow::TableBuilder& row = tables_.instructions;
    row.Text(file_.file_id).Text(file_.path).Text(unit.id).Text({id.data(), id.size()});
    row.Int32(instr_index).Int32(instruction.start_offset).Int32(instruction.offset);
    row.Int32(instruction.end_offset).Int32(instruction.opcode);
    row.Text(facts_.set.opcodes[static_cast<size_t>(instruction.opcode)].name);
    row.OptionalInt32(instruction.has_oparg ? std::optional(instruction.oparg) : std::nullopt);
    const Argument argument = arguments_.Read(unit, instruction);
    row.Text(argument.kind).OptionalText(argument.text).OptionalInt64(argument.number);
    row.OptionalText(argument.second_text).Text(argument.repr);
    if (instruction.jump_target < 0) {
      row.Null();
    } else {
      row.Int32(unit.instructions[static_cast<size_t>(instruction.jump_target)].start_offset);
    }
    row.Bool(instruction.is_jump_target).Int32(flow.block_of[index]);
    row.Bool(flow.may_raise[index] != 0);
    source::AppendPosition(row, place);
    row.EndRow();
  }

  void AppendExceptions(const CodeUnit& unit) {
    arrow::TableBuilder& row = tables_.exception_table;
    int32_t exc_index = 0;
    for (const ExceptionEntry& entry : unit.exceptions) {
      row.Text(file_.file_id).Text(file_.path).Text(unit.id).Int32(exc_index++);
      row.Int32(entry.start_offset).Int32(entry.end_offset).Int32(entry.target_offset);
      row.Int32(entry.depth).Bool(entry.lasti).EndRow();
    }
  }

  void AppendUnit(size_t index) {
    const CodeUnit& unit = facts_.units.units[index];
    const std::string& scope_id = facts_.scope_ids[index];
    const auto has = [&unit](int32_t flag) { return (unit.flags & flag) != 0; };
    arrow::TableBuilder& row = tables_.code_units;
    row.Text(file_.file_id).Text(file_.path).Text(unit.id);
    row.Text(facts_.set.py_tag).Int32(facts_.set.magic);
    if (unit.is_module()) {
      row.Null();
    } else {
      row.Text(facts_.units.units[static_cast<size_t>(unit.parent)].id);
    }
    row.OptionalText(scope_id.empty() ? std::nullopt : std::optional<std::string_view>(scope_id));
    row.Text(UnitKind(unit)).Text(unit.name).Text(unit.qualname).Int32(unit.ordinal);
    row.Int32(unit.first_line).Int32(unit.argument_count).Int32(unit.positional_only_count);
    row.Int32(unit.keyword_only_count).Bool(unit.has_varargs()).Bool(unit.has_varkeywords());
    row.Int32(static_cast<int32_t>(std::ranges::count_if(unit.slots, &Slot::is_local)));
    row.Int32(unit.flags).Bool(has(kGenerator)).Bool(has(kCoroutine)).Bool(has(kAsyncGenerator));
    row.Bool(has(kNested)).Bool(has(kOptimized)).Int32(unit.stack_size).Int32(unit.code_length);
    for (const auto member : {&Slot::is_local, &Slot::is_cell, &Slot::is_free}) {
      row.BeginList();
      for (const Slot& slot : unit.slots) {
        if (slot.*member) {
          row.Text(slot.name);
        }
      }
      row.EndList();
    }
    row.TextList(unit.names).BeginList();
    for (const Slot& slot : unit.slots) {
      row.BeginStruct().Text(slot.name).Bool(slot.is_local).Bool(slot.is_cell);
      row.Bool(slot.is_free).Bool(slot.is_hidden).EndStruct();
    }
    row.EndList();
    source::AppendPosition(row, hulls_[index].place());
    row.EndRow();
  }

  const CodeFacts& facts_;
  const source::SourceFile& file_;
  const CodeTables& tables_;
  ArgumentReader arguments_;
  IdBuilder ids_;
  std::vector<Hull> hulls_;
};

}  // namespace

std::string_view UnitKind(const CodeUnit& unit) {
  if (unit.is_module()) {
    return "module";
  }
  const auto found = std::ranges::find(kKindsByName, unit.name, &KindName::name);
  if (found != kKindsByName.end()) {
    return found->kind;
  }
  if (unit.name.starts_with("<generic parameters of ")) {
    return "type_params";
  }
  return (unit.flags & kOptimized) == 0 ? "class" : "function";
}

int64_t AppendCode(const CodeFacts& facts, const source::SourceFile& file,
                   const CodeTables& tables) {
  return CodeRowWriter(facts, file, tables).Append();
}

}  // namespace norma::extract::flow
