#pragma once

/// \file
/// Versions of norma and of what it is built with.

#include <span>
#include <string_view>

namespace norma::run {

/// norma's own version: "0.1.0".
extern const std::string_view kVersion;

struct Component {
  std::string_view name;
  std::string_view version;
};

/// The crates that matter to users, as the lock file pins them.
std::span<const Component> Components();

}  // namespace norma::run
