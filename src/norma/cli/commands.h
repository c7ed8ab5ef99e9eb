#pragma once

/// \file
/// One function a command. Each prints its answer and gives the exit code.

#include "norma/cli/reply.h"

namespace norma::cli {

int RunCommand(const Arguments& arguments, const Reply& reply);
int QueryCommand(const Arguments& arguments, const Reply& reply);
int TablesCommand(const Arguments& arguments, const Reply& reply);
int DescribeCommand(const Arguments& arguments, const Reply& reply);
int SourceCommand(const Arguments& arguments, const Reply& reply);
int FunctionsCommand(const Arguments& arguments, const Reply& reply);
int VerifyCommand(const Arguments& arguments, const Reply& reply);
int ConfigCommand(const Arguments& arguments, const Reply& reply);
int VersionCommand(const Arguments& arguments, const Reply& reply);

}  // namespace norma::cli
