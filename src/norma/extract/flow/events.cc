#include "norma/extract/flow/events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "norma/extract/flow/place.h"

namespace norma::extract::flow {
namespace {

constexpr int32_t kStarIntrinsic = 2;  // CALL_INTRINSIC_1: import *

/// Names that the compiler defines by itself. Sorted.
constexpr std::array<std::string_view, 11> kCompilerNames = {
    "__annotate__",  "__annotate_func__",     "__classcell__",
    "__classdict__", "__classdictcell__",     "__conditional_annotations__",
    "__doc__",       "__firstlineno__",       "__module__",
    "__qualname__",  "__static_attributes__",
};
static_assert(std::ranges::is_sorted(kCompilerNames));

/// A slot and the four numbers of a place.
using SavedPlace = std::array<int32_t, 5>;

SavedPlace PlaceOfSlot(const Instruction& instruction) {
  const RawPosition& place = instruction.position;
  return {instruction.oparg, place.start_line, place.start_column, place.end_line,
          place.end_column};
}

int32_t FirstOfPair(const Instruction& instruction) { return instruction.oparg >> 4; }
int32_t SecondOfPair(const Instruction& instruction) { return instruction.oparg & 15; }

}  // namespace

std::string_view VarClassName(VarClass var_class) {
  constexpr std::array<std::string_view, kVarClassCount> kNames = {"local", "cell", "free", "name",
                                                                   "global"};
  return kNames[static_cast<size_t>(var_class)];
}

std::string_view EventKindName(EventKind kind) {
  constexpr std::array<std::string_view, kEventKindCount> kNames = {"def", "use", "undef",
                                                                    "capture"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view OriginName(Origin origin) {
  constexpr std::array<std::string_view, 14> kNames = {
      "param",       "vararg",  "kwarg",  "dot0", "free", "store",   "import",
      "star_import", "restore", "delete", "save", "load", "capture", "compiler"};
  return kNames[static_cast<size_t>(origin)];
}

int32_t SymbolTable::Intern(std::string_view symbol) {
  const auto [at, is_new] = numbers_.emplace(symbol, static_cast<int32_t>(symbols_.size()));
  if (is_new) {
    symbols_.push_back(symbol);
  }
  return at->second;
}

/// One unit.
class EventReader::Pass {
 public:
  Pass(EventReader& reader, const CodeUnit& unit, const Cfg& cfg)
      : reader_(reader), unit_(unit), cfg_(cfg) {}

  UnitEvents Read() {
    reader_.slot_symbols_.assign(unit_.slots.size(), -1);
    reader_.name_symbols_.assign(unit_.names.size(), -1);
    AddClosureVariables();
    if (!cfg_.blocks.empty()) {
      AddEntryEvents();
      FindNamesAndSaves();
      ReadInstructions();
      GatherSaved();
    }
    SetOrdinals();
    for (const Variable& variable : out_.variables) {
      reader_.variable_of_[Key(variable.var_class, variable.symbol)] = -1;
    }
    return std::move(out_);
  }

 private:
  static size_t Key(VarClass var_class, int32_t symbol) {
    return static_cast<size_t>(symbol) * kVarClassCount + static_cast<size_t>(var_class);
  }

  int32_t VariableOf(VarClass var_class, int32_t symbol) {
    const size_t key = Key(var_class, symbol);
    if (key >= reader_.variable_of_.size()) {
      reader_.variable_of_.resize(reader_.symbols_.size() * kVarClassCount, -1);
    }
    int32_t& variable = reader_.variable_of_[key];
    if (variable < 0) {
      variable = static_cast<int32_t>(out_.variables.size());
      out_.variables.push_back({.var_class = var_class, .symbol = symbol});
    }
    return variable;
  }

  int32_t SymbolOfSlot(size_t slot) {
    int32_t& symbol = reader_.slot_symbols_[slot];
    if (symbol < 0) {
      symbol = reader_.symbols_.Intern(unit_.slots[slot].name);
    }
    return symbol;
  }

  int32_t SymbolOfName(size_t name) {
    int32_t& symbol = reader_.name_symbols_[name];
    if (symbol < 0) {
      symbol = reader_.symbols_.Intern(unit_.names[name]);
    }
    return symbol;
  }

  static VarClass ClassOf(const Slot& slot) {
    return slot.is_free ? VarClass::kFree : slot.is_cell ? VarClass::kCell : VarClass::kLocal;
  }

  int32_t VariableOfSlot(size_t slot) {
    return VariableOf(ClassOf(unit_.slots[slot]), SymbolOfSlot(slot));
  }

  void AddClosureVariables() {
    for (size_t slot = 0; slot < unit_.slots.size(); ++slot) {
      if (ClassOf(unit_.slots[slot]) != VarClass::kLocal) {
        VariableOfSlot(slot);
      }
    }
    out_.closure_variable_count = out_.variables.size();
  }

  void AddEntryEvents() {
    const int64_t plain = int64_t{unit_.argument_count} + unit_.keyword_only_count;
    const int64_t count = plain + (unit_.has_varargs() ? 1 : 0) + (unit_.has_varkeywords() ? 1 : 0);
    for (size_t slot = 0; slot < unit_.slots.size(); ++slot) {
      if (static_cast<int64_t>(slot) < count) {
        Add(VariableOfSlot(slot), EventKind::kDef, OriginOfParameter(slot, plain));
      } else if (unit_.slots[slot].is_free) {
        const int32_t variable = VariableOfSlot(slot);
        out_.variables[static_cast<size_t>(variable)].entry_event =
            static_cast<int32_t>(out_.events.size());
        Add(variable, EventKind::kDef, Origin::kFree);
      }
    }
  }

  /// \param plain how many parameters are neither *args nor **kwargs.
  Origin OriginOfParameter(size_t slot, int64_t plain) const {
    const auto place = static_cast<int64_t>(slot);
    if (unit_.slots[slot].name == ".0") {
      return Origin::kDot0;
    }
    if (place < plain) {
      return Origin::kParam;
    }
    return place == plain && unit_.has_varargs() ? Origin::kVararg : Origin::kKwarg;
  }

  /// What has to be known of the whole unit before its events are read: the names that a class body
  /// defines, and the variables that comprehensions put aside.
  void FindNamesAndSaves() {
    for (const Instruction& instruction : unit_.instructions) {
      if (instruction.op == Op::kStoreName && !unit_.is_module() && IsName(instruction.oparg)) {
        SetDefined(VariableOf(VarClass::kName, SymbolOfName(Index(instruction.oparg))));
      } else if (instruction.op == Op::kSetupAnnotations && !unit_.is_module()) {
        SetDefined(VariableOf(VarClass::kName, reader_.symbols_.Intern("__annotations__")));
      } else if (instruction.op == Op::kLoadFastAndClear && IsSlot(instruction.oparg)) {
        saved_places_.push_back(PlaceOfSlot(instruction));
      }
    }
    std::ranges::sort(saved_places_);
    const auto same = std::ranges::unique(saved_places_);
    saved_places_.erase(same.begin(), same.end());
  }

  void ReadInstructions() {
    const auto count = static_cast<int32_t>(unit_.instructions.size());
    for (int32_t i = 0; i < count; ++i) {
      instruction_ = i;
      block_ = cfg_.block_of[static_cast<size_t>(i)];
      sub_index_ = 0;
      ReadInstruction(unit_.instructions[static_cast<size_t>(i)]);
    }
  }

  void ReadInstruction(const Instruction& instruction) {
    switch (instruction.op) {
      case Op::kLoadFast:
      case Op::kLoadFastCheck:
      case Op::kLoadFastBorrow:
        return LoadSlot(instruction.oparg);
      case Op::kLoadClosure:
        return AddOfSlot(instruction.oparg, EventKind::kCapture, Origin::kCapture);
      case Op::kLoadFastLoadFast:
      case Op::kLoadFastBorrowLoadFastBorrow:
        LoadSlot(FirstOfPair(instruction));
        return LoadSlot(SecondOfPair(instruction));
      case Op::kStoreFast:
        return StoreSlot(instruction.oparg,
                         IsRestore(instruction) ? Origin::kRestore : OriginOfStore());
      case Op::kStoreFastStoreFast:
        StoreSlot(FirstOfPair(instruction), OriginOfStore());
        return StoreSlot(SecondOfPair(instruction), Origin::kStore);
      case Op::kStoreFastLoadFast:
        StoreSlot(FirstOfPair(instruction), OriginOfStore());
        return LoadSlot(SecondOfPair(instruction));
      case Op::kStoreDeref:
        return StoreSlot(instruction.oparg, OriginOfStore());
      case Op::kDeleteFast:
      case Op::kDeleteDeref:
        return AddOfSlot(instruction.oparg, EventKind::kUndef, Origin::kDelete);
      case Op::kLoadFastAndClear:
        AddOfSlot(instruction.oparg, EventKind::kUse, Origin::kSave);
        return AddOfSlot(instruction.oparg, EventKind::kUndef, Origin::kSave);
      case Op::kLoadDeref:
        return AddOfSlot(instruction.oparg, EventKind::kUse, Origin::kLoad);
      case Op::kLoadClassderef:
      case Op::kLoadFromDictOrDeref:
        if (IsSlot(instruction.oparg)) {
          AddFallback(SymbolOfSlot(Index(instruction.oparg)));
          AddOfSlot(instruction.oparg, EventKind::kUse, Origin::kLoad);
        }
        return;
      default:  // NOLINT: no instruction of slots
        return ReadNameInstruction(instruction);
    }
  }

  void ReadNameInstruction(const Instruction& instruction) {
    const int32_t name = instruction.oparg;
    switch (instruction.op) {
      case Op::kLoadName:
      case Op::kLoadFromDictOrGlobals:
        if (IsName(name) && (instruction.op != Op::kLoadName || !unit_.is_module())) {
          AddFallback(SymbolOfName(Index(name)));
        }
        return AddOfName(VarClass::kGlobal, name, EventKind::kUse, Origin::kLoad);
      case Op::kLoadGlobal:
        return AddOfName(VarClass::kGlobal, name >> 1, EventKind::kUse, Origin::kLoad);
      case Op::kStoreName:
        return AddOfName(Namespace(), name, EventKind::kDef, OriginOfNameStore(instruction));
      case Op::kStoreGlobal:
        return AddOfName(VarClass::kGlobal, name, EventKind::kDef, OriginOfNameStore(instruction));
      case Op::kDeleteName:
        return AddOfName(Namespace(), name, EventKind::kUndef, Origin::kDelete);
      case Op::kDeleteGlobal:
        return AddOfName(VarClass::kGlobal, name, EventKind::kUndef, Origin::kDelete);
      case Op::kSetupAnnotations:
        return AddOfSymbol("__annotations__", Origin::kCompiler);
      case Op::kImportStar:
        return AddOfSymbol(kStarSymbol, Origin::kStarImport);
      case Op::kCallIntrinsic1:
        if (name == kStarIntrinsic) {
          AddOfSymbol(kStarSymbol, Origin::kStarImport);
        }
        return;
      default:  // NOLINT: no instruction of variables
        return;
    }
  }

  /// Where *_NAME instructions look first.
  VarClass Namespace() const { return unit_.is_module() ? VarClass::kGlobal : VarClass::kName; }

  void LoadSlot(int32_t slot) {
    if (IsSlot(slot) && ClassOf(unit_.slots[Index(slot)]) != VarClass::kLocal) {
      AddOfSlot(slot, EventKind::kCapture, Origin::kCapture);
    } else {
      AddOfSlot(slot, EventKind::kUse, Origin::kLoad);
    }
  }

  void StoreSlot(int32_t slot, Origin origin) { AddOfSlot(slot, EventKind::kDef, origin); }

  void AddOfSlot(int32_t slot, EventKind kind, Origin origin) {
    if (IsSlot(slot)) {
      Add(VariableOfSlot(Index(slot)), kind, origin);
    }
  }

  void AddOfName(VarClass var_class, int32_t name, EventKind kind, Origin origin) {
    if (IsName(name)) {
      Add(VariableOf(var_class, SymbolOfName(Index(name))), kind, origin);
    }
  }

  void AddOfSymbol(std::string_view symbol, Origin origin) {
    Add(VariableOf(Namespace(), reader_.symbols_.Intern(symbol)), EventKind::kDef, origin);
  }

  /// A use of the class namespace, if the unit defines the name there.
  void AddFallback(int32_t symbol) {
    const size_t key = Key(VarClass::kName, symbol);
    const int32_t variable = key < reader_.variable_of_.size() ? reader_.variable_of_[key] : -1;
    if (variable >= 0 && out_.variables[static_cast<size_t>(variable)].is_defined) {
      Add(variable, EventKind::kUse, Origin::kLoad);
      out_.events.back().fallback = true;
    }
  }

  void Add(int32_t variable, EventKind kind, Origin origin) {
    const std::string_view symbol =
        reader_.symbols_[out_.variables[static_cast<size_t>(variable)].symbol];
    if (kind == EventKind::kDef) {
      SetDefined(variable);
    }
    out_.events.push_back({.variable = variable,
                           .instruction = instruction_,
                           .block = block_,
                           .sub_index = instruction_ < 0 ? uint8_t{0} : sub_index_++,
                           .kind = kind,
                           .origin = origin,
                           .synthetic = origin == Origin::kCompiler || symbol.starts_with('.')});
  }

  void SetDefined(int32_t variable) {
    out_.variables[static_cast<size_t>(variable)].is_defined = true;
  }

  bool IsRestore(const Instruction& instruction) const {
    return !saved_places_.empty() &&
           std::ranges::binary_search(saved_places_, PlaceOfSlot(instruction));
  }

  /// Import, if the value comes from the import just before in the block.
  Origin OriginOfStore() const {
    const int32_t first = cfg_.blocks[Index(block_)].first_instruction;
    for (int32_t i = instruction_ - 1; i >= first; --i) {
      const Op op = unit_.instructions[Index(i)].op;
      if (op != Op::kSwap && op != Op::kPopTop) {
        return op == Op::kImportName || op == Op::kImportFrom ? Origin::kImport : Origin::kStore;
      }
    }
    return Origin::kStore;
  }

  Origin OriginOfNameStore(const Instruction& instruction) {
    const Origin origin = OriginOfStore();
    if (origin != Origin::kStore || !IsName(instruction.oparg)) {
      return origin;
    }
    const std::string& name = unit_.names[Index(instruction.oparg)];
    const bool may_be_made =
        name.starts_with("__") && std::ranges::binary_search(kCompilerNames, name);
    return may_be_made && !IsWritten(name, instruction.position) ? Origin::kCompiler : origin;
  }

  /// Whether the source has just the name at that place.
  bool IsWritten(std::string_view name, const RawPosition& raw) const {
    const source::Position place = PlaceOf(reader_.file_, raw);
    return place.ok && reader_.file_.Slice(*place.bstart, *place.bend) == name;
  }

  /// Gathers the events of each place that puts a variable aside.
  void GatherSaved() {
    out_.saved.resize(saved_places_.size());
    for (size_t i = 0; i < out_.events.size() && !out_.saved.empty(); ++i) {
      const Event& event = out_.events[i];
      const bool is_save = event.origin == Origin::kSave && event.kind == EventKind::kUse;
      if (is_save || event.origin == Origin::kRestore) {
        const SavedPlace place = PlaceOfSlot(unit_.instructions[Index(event.instruction)]);
        const auto at = std::ranges::lower_bound(saved_places_, place) - saved_places_.begin();
        SavedVariable& saved = out_.saved[static_cast<size_t>(at)];
        (is_save ? saved.saves : saved.restores).push_back(static_cast<int32_t>(i));
      }
    }
  }

  void SetOrdinals() {
    std::vector<int32_t> counts(out_.variables.size() * kEventKindCount);
    for (Event& event : out_.events) {
      event.ordinal = counts[static_cast<size_t>(event.variable) * kEventKindCount +
                             static_cast<size_t>(event.kind)]++;
    }
  }

  bool IsSlot(int32_t index) const {
    return index >= 0 && static_cast<size_t>(index) < unit_.slots.size();
  }
  bool IsName(int32_t index) const {
    return index >= 0 && static_cast<size_t>(index) < unit_.names.size();
  }
  static size_t Index(int32_t index) { return static_cast<size_t>(index); }

  EventReader& reader_;
  const CodeUnit& unit_;
  const Cfg& cfg_;
  UnitEvents out_;
  std::vector<SavedPlace> saved_places_;  // sorted
  int32_t instruction_ = -1;
  int32_t block_ = 0;
  uint8_t sub_index_ = 0;
};

EventReader::EventReader(const source::SourceFile& file, SymbolTable& symbols)
    : file_(file), symbols_(symbols) {}

UnitEvents EventReader::Read(const CodeUnit& unit, const Cfg& cfg) {
  return Pass(*this, unit, cfg).Read();
}

}  // namespace norma::extract::flow
