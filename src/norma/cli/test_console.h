#pragma once

/// \file
/// A console in memory, for tests.

#include <map>
#include <sstream>
#include <string>

#include "norma/cli/console.h"

namespace norma::cli {

struct TestConsole {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::map<std::string, std::string> variables;

  Console console() {
    return Console{.in = in, .out = out, .err = err, .variable = [this](const std::string& name) {
                     const auto found = variables.find(name);
                     return found == variables.end() ? std::string() : found->second;
                   }};
  }
};

}  // namespace norma::cli
