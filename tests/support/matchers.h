#pragma once

/// \file
/// GoogleTest matchers that print the error they met.

#include <gmock/gmock.h>

#include "norma/base/result.h"

namespace norma::testing_support {

MATCHER(IsOk, "is a success") {
  if (arg.ok()) {
    return true;
  }
  *result_listener << "which is " << ErrorKindName(arg.error().kind) << ": " << arg.error().message;
  return false;
}

MATCHER_P(IsError, kind, "is an error of the given kind") {
  if (arg.ok()) {
    *result_listener << "which is a success";
    return false;
  }
  *result_listener << "which is " << ErrorKindName(arg.error().kind) << ": " << arg.error().message;
  return arg.error().kind == kind;
}

MATCHER_P2(IsErrorWith, kind, text, "is an error of the given kind whose message holds the text") {
  if (arg.ok()) {
    *result_listener << "which is a success";
    return false;
  }
  *result_listener << "which is " << ErrorKindName(arg.error().kind) << ": " << arg.error().message;
  return arg.error().kind == kind && arg.error().message.find(text) != std::string::npos;
}

}  // namespace norma::testing_support
