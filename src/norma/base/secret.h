#pragma once

/// \file
/// A credential that cannot be printed.

#include <fmt/format.h>
#include <string.h>

#include <ostream>
#include <string>
#include <utility>

namespace norma {

/// Holds a credential. It prints as ***, has no JSON form and does not compare; whoever needs the
/// value says so with Reveal(). The bytes are overwritten when it dies.
class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}

  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      Erase();
      value_ = other.value_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.Erase(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      Erase();
      value_ = std::move(other.value_);
      other.Erase();
    }
    return *this;
  }
  ~Secret() { Erase(); }

  bool operator==(const Secret&) const = delete;

  /// The credential. Goes to the library that needs it and nowhere else.
  const std::string& Reveal() const { return value_; }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

 private:
  void Erase() noexcept {
    // A short value lies inside the object and stays there after a move.
    value_.resize(value_.capacity());
    explicit_bzero(value_.data(), value_.size());
    value_.clear();
  }

  std::string value_;
};

}  // namespace norma

template <>
struct fmt::formatter<norma::Secret> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const norma::Secret&, Context& context) const {
    return fmt::formatter<fmt::string_view>::format("***", context);
  }
};
