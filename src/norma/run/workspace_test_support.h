#pragma once

/// \file
/// For the tests of run/: an output root that ends with its test.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "norma/run/workspace.h"
#include "tests/support/matchers.h"

namespace norma::run::testing_support {

using norma::testing_support::IsOk;

class WorkspaceTest : public testing::Test {
 protected:
  /// Makes an empty root with the tables of these contracts.
  void Open(Result<contract::Registry> contracts) {
    std::string name = std::filesystem::temp_directory_path() / "norma_run_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    ASSERT_THAT(contracts, IsOk());
    auto opened =
        Workspace::Open({.output = folder_, .read_only = false}, std::move(contracts).value());
    ASSERT_THAT(opened, IsOk());
    workspace_ = std::make_unique<Workspace>(std::move(opened).value());
    ASSERT_THAT(workspace_->CreateTables(), IsOk());
  }

  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string folder_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace norma::run::testing_support
