#pragma once

/// \file
/// What instructions do to variables: definitions, uses, deletions and captures.

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "norma/extract/flow/cfg.h"
#include "norma/extract/flow/code_unit.h"
#include "norma/source/source_file.h"

namespace norma::extract::flow {

enum class VarClass : uint8_t { kLocal, kCell, kFree, kName, kGlobal };
inline constexpr size_t kVarClassCount = 5;

enum class EventKind : uint8_t { kDef, kUse, kUndef, kCapture };
inline constexpr size_t kEventKindCount = 4;

/// What made an event.
enum class Origin : uint8_t {
  kParam,
  kVararg,
  kKwarg,
  kDot0,
  kFree,
  kStore,
  kImport,
  kStarImport,
  kRestore,
  kDelete,
  kSave,
  kLoad,
  kCapture,
  kCompiler,
};

/// local | cell | free | name | global
std::string_view VarClassName(VarClass var_class);
/// def | use | undef | capture
std::string_view EventKindName(EventKind kind);
/// param | vararg | kwarg | dot0 | free | store | import | star_import | restore | delete | save |
/// load | capture | compiler
std::string_view OriginName(Origin origin);

/// The symbol of `from m import *`.
inline constexpr std::string_view kStarSymbol = "*";

/// A variable of one unit.
struct Variable {
  VarClass var_class = VarClass::kLocal;
  int32_t symbol = 0;        ///< number in SymbolTable
  bool is_defined = false;   ///< some event of the unit defines it
  int32_t entry_event = -1;  ///< of origin free; else -1
};

struct Event {
  int32_t variable = 0;      ///< index into UnitEvents::variables
  int32_t instruction = -1;  ///< -1 at the entry of the unit
  int32_t block = 0;
  int32_t ordinal = 0;    ///< among the unit's events of equal variable and kind
  int32_t def_count = 0;  ///< of a use: definitions of this unit that reach it
  uint8_t sub_index = 0;  ///< within the instruction
  EventKind kind = EventKind::kUse;
  Origin origin = Origin::kLoad;
  bool synthetic = false;
  bool fallback = false;
  bool maybe_unbound = false;  ///< only of a use of a local, cell or free variable
};

/// Texts of symbols as numbers from 0, in the order in which they were first met. Borrows the
/// texts.
class SymbolTable {
 public:
  int32_t Intern(std::string_view symbol);
  std::string_view operator[](int32_t symbol) const {
    return symbols_[static_cast<size_t>(symbol)];
  }
  size_t size() const { return symbols_.size(); }

 private:
  std::vector<std::string_view> symbols_;
  std::unordered_map<std::string_view, int32_t> numbers_;
};

/// A variable that an inlined comprehension puts aside: events of one place, in unit order.
struct SavedVariable {
  std::vector<int32_t> saves;     ///< uses of origin save; more than one if the code was copied
  std::vector<int32_t> restores;  ///< definitions of origin restore
};

/// The events of one unit, in unit order: those of the entry first.
struct UnitEvents {
  /// Each cell and free slot has one, in slot order and before all others.
  std::vector<Variable> variables;
  size_t closure_variable_count = 0;
  std::vector<Event> events;
  std::vector<SavedVariable> saved;
};

/// Reads the events of the units of one file.
class EventReader {
 public:
  /// \param file the source, whose text tells whether a name was written or made by the compiler.
  /// \param symbols where symbols are interned. Both must outlive the reader.
  EventReader(const source::SourceFile& file, SymbolTable& symbols);

  /// Linear in the unit. Operands that name no slot and no name of the unit make no event.
  ///
  /// Source: docs/flow.md.
  UnitEvents Read(const CodeUnit& unit, const Cfg& cfg);

 private:
  class Pass;

  const source::SourceFile& file_;
  SymbolTable& symbols_;
  std::vector<int32_t> variable_of_;  // by symbol and class; -1 between units
  std::vector<int32_t> slot_symbols_;
  std::vector<int32_t> name_symbols_;
};

}  // namespace norma::extract::flow
