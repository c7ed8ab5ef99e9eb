#pragma once

/// \file
/// What a worker says of its interpreter before the first file.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/extract/flow/instruction_set.h"
#include "norma/source/column.h"

namespace norma::extract::cpython {

/// How one field of a node class is sent (worker/norma_worker/grammar.py, `field_rules`).
enum class FieldRule : uint8_t {
  kChild,
  kOptionalChild,
  kChildren,
  kMember,
  kMembers,
  kName,
  kOptionalName,
  kConstant,
  kNotSent,
};

struct Field {
  FieldRule rule = FieldRule::kNotSent;
  std::string name;
};

/// A class of the abstract syntax.
struct NodeClass {
  std::string name;
  bool has_place = false;
  std::vector<Field> fields;
};

/// A member of an enumeration: a context (Load, Store, Del) or an operator.
struct Member {
  std::string name;
  bool is_context = false;
};

/// Bits of a symbol's flags, by CPython's names; 0 where this version has none.
struct SymbolBits {
  int32_t use = 0;
  int32_t global = 0;
  int32_t nonlocal = 0;
  int32_t local = 0;
  int32_t parameter = 0;
  int32_t import = 0;
  int32_t bound = 0;
  int32_t annotated = 0;
  int32_t type_parameter = 0;
  int32_t scope_shift = 0;
  int32_t scope_mask = 0;
  int32_t scope_local = 0;
  int32_t scope_global_explicit = 0;
  int32_t scope_global_implicit = 0;
  int32_t scope_free = 0;
  int32_t scope_cell = 0;
};

/// The interpreter behind a worker and the shape of its answers. A plain value.
struct Greeting {
  std::string version;
  std::string py_tag;
  std::vector<NodeClass> node_classes;         ///< by the kind's number
  std::vector<Member> members;                 ///< by the member's number
  std::map<int32_t, std::string> scope_types;  ///< word of symtable_scopes.scope_type
  SymbolBits symbol_bits;
  flow::InstructionSet instruction_set;

  /// Reads the sections of a greeting.
  /// \return kCorruptData if they break the protocol; kInvalidArgument if it is no CPython.
  static Result<Greeting> Parse(std::string_view payload);
};

}  // namespace norma::extract::cpython
