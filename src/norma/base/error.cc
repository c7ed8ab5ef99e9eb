#include "norma/base/error.h"

#include <fmt/format.h>

namespace norma {

std::string_view ErrorKindName(ErrorKind kind) {
  switch (kind) {
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) \
  case ErrorKind::k##name:                                        \
    return #name;
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
  }
  return "Internal";
}

int ExitCode(ErrorKind kind) {
  switch (kind) {
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) \
  case ErrorKind::k##name:                                        \
    return exit_code;
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
  }
  return ExitCode(ErrorKind::kInternal);
}

ErrorKind ErrorKindFromNumber(int32_t number) {
  switch (number) {
#define NORMA_ERROR_KIND(number, name, exit_code, whose, meaning) \
  case number:                                                    \
    return ErrorKind::k##name;
#include "norma/base/error_kinds.def"
#undef NORMA_ERROR_KIND
    default:
      return ErrorKind::kInternal;
  }
}

Error Error::WithContext(std::string_view context) const {
  return Error{kind, fmt::format("{}: {}", context, message), help};
}

}  // namespace norma
