#pragma once

/// \file
/// What can go wrong, as a closed list of kinds and a sentence.

#include <cstdint>
#include <string>
#include <string_view>

namespace norma {

/// Why a call failed. A caller that must act differently asks for the kind; the message is for
/// people. The numbers are those of the C ABI.
enum class ErrorKind : int32_t {
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) k##name = number,
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
};

/// The kind's name as users see it, without the leading k: "InvalidArgument".
std::string_view ErrorKindName(ErrorKind kind);

/// The exit code of a command that ends with this kind.
int ExitCode(ErrorKind kind);

/// The kind with this number. An unknown number is kInternal: only a broken ABI can send one.
ErrorKind ErrorKindFromNumber(int32_t number);

/// A failure: its kind, and one sentence in lower case without a full stop, values last.
struct Error {
  ErrorKind kind;
  std::string message;
  /// What the user can do next, one sentence of the same form; empty when there is nothing to say.
  std::string help = {};

  /// Puts what was being done in front of the message: "rule x: table not found: y".
  Error WithContext(std::string_view context) const;
};

}  // namespace norma
