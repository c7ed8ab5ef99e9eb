#pragma once

/// \file
/// A value or an Error. Nothing in norma throws.

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "norma/base/error.h"

namespace norma {

/// Success, or the Error that says why not.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  /// Only when !ok().
  const Error& error() const {
    assert(error_.has_value());
    return *error_;
  }
  /// The same with `context` in front of an error's message.
  Status WithContext(std::string_view context) const {
    return ok() ? Status() : Status(error_->WithContext(context));
  }

 private:
  std::optional<Error> error_;
};

/// A T, or the Error that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  /// Only when ok().
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  /// Only when !ok().
  const Error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }
  Status status() const { return ok() ? Status() : Status(error()); }
  /// The same with `context` in front of an error's message.
  Result WithContext(std::string_view context) && {
    return ok() ? std::move(*this) : Result(error().WithContext(context));
  }

 private:
  std::variant<T, Error> state_;
};

}  // namespace norma

#define NORMA_CONCAT_INNER(a, b) a##b
#define NORMA_CONCAT(a, b) NORMA_CONCAT_INNER(a, b)

/// Returns the error of a Status or Result from the enclosing function.
#define NORMA_RETURN_IF_ERROR(expression)                       \
  do {                                                          \
    if (auto norma_status = (expression); !norma_status.ok()) { \
      return norma_status.error();                              \
    }                                                           \
  } while (false)

/// Declares or assigns the value of a Result, or returns its error from the enclosing function.
#define NORMA_ASSIGN_OR_RETURN(declaration, expression) \
  NORMA_ASSIGN_OR_RETURN_INNER(NORMA_CONCAT(norma_result_, __LINE__), declaration, expression)
#define NORMA_ASSIGN_OR_RETURN_INNER(result, declaration, expression) \
  auto result = (expression);                                         \
  if (!result.ok()) {                                                 \
    return result.error();                                            \
  }                                                                   \
  declaration = std::move(result).value()
