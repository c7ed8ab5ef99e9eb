#include "norma/run/checkpoints.h"

#include <fmt/format.h>

namespace norma::run {
namespace {

constexpr int64_t kVersionsBetween = 20;

}  // namespace

std::vector<std::string> WriteDueCheckpoints(const Workspace& workspace) {
  std::vector<std::string> problems;
  for (const contract::Contract& contract : workspace.contracts().contracts()) {
    const engine::Table* table = workspace.FindTable(contract.name);
    if (table == nullptr) {
      continue;
    }
    if (const auto written = table->Checkpoint(kVersionsBetween); !written.ok()) {
      problems.push_back(
          fmt::format("no checkpoint of {}: {}", contract.name, written.error().message));
    }
  }
  return problems;
}

}  // namespace norma::run
