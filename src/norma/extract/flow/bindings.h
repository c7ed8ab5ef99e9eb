#pragma once

/// \file
/// Variables that units share: closures and globals, with who writes them.

#include <cstdint>
#include <span>
#include <vector>

#include "norma/extract/flow/code_unit.h"
#include "norma/extract/flow/events.h"

namespace norma::extract::flow {

/// An event of some unit of the file.
struct EventPlace {
  int32_t unit = 0;
  int32_t event = 0;
};

/// The bindings of one file. A cell variable and the free variables below it that mean it are one
/// binding, and so are all global variables of one name.
class Bindings {
 public:
  /// \param events of each unit of `units`. Linear, but for looking up free variables, which is
  ///     the product of those of a unit and the cell and free variables of its parent.
  Bindings(const CodeUnits& units, std::span<const UnitEvents> events, size_t symbol_count);

  /// The binding of a variable; -1 if its unit keeps it to itself.
  int32_t Of(int32_t unit, int32_t variable, const Variable& declared) const;
  /// Whether an instruction of another unit defines or deletes it.
  bool IsWrittenElsewhere(int32_t binding, int32_t unit) const {
    const int32_t writer = bindings_[static_cast<size_t>(binding)].writer;
    return writer != kNobody && writer != unit;
  }
  /// Its definitions in all units, parameters included, but for entries of free variables.
  std::span<const EventPlace> Definitions(int32_t binding) const {
    return bindings_[static_cast<size_t>(binding)].definitions;
  }

 private:
  static constexpr int32_t kNobody = -1;
  static constexpr int32_t kMany = -2;

  struct Binding {
    int32_t writer = kNobody;
    std::vector<EventPlace> definitions;
  };

  int32_t Add();
  void BindClosures(const CodeUnits& units, std::span<const UnitEvents> events, size_t unit);
  int32_t FindOuter(const CodeUnits& units, std::span<const UnitEvents> events, int32_t unit,
                    int32_t symbol) const;
  void AddEvents(int32_t unit, const UnitEvents& events);

  std::vector<Binding> bindings_;
  std::vector<std::vector<int32_t>> closures_;  // by unit and closure variable
  std::vector<int32_t> globals_;                // by symbol; -1 if there is none
};

}  // namespace norma::extract::flow
