#pragma once

/// \file
/// What an extractor says about one file besides its rows.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "norma/source/position.h"

namespace norma::extract {

/// How much of a file a producer understood.
enum class FileStatus {
  kOk,       // every fact is there
  kPartial,  // some facts are missing; a failure or a parse error says why
  kFailed,   // no facts; a failure or a parse error says why
  kSkipped,  // the producer does not look at files of this kind
};

/// The word of extract_status.status.
std::string_view FileStatusName(FileStatus status);

/// One failure of one file: becomes a row of extract_errors.
struct Failure {
  std::string stage;  // scan, read, decode, parse, compile, worker, symtable, convert, scip
  std::string code;   // for example NUL_BYTE
  std::string message;
  std::string severity = "ERROR";  // ERROR, WARNING or INFO
  source::Position position;       // absent unless the failure has a place
  std::map<std::string, std::string> attrs;
};

/// The answer of one producer about one file: becomes its row of extract_status.
struct Outcome {
  std::string producer;          // treesitter, cpython or scip
  std::string producer_version;  // of the grammar, the interpreter or the index's tool
  std::string py_tag = "none";
  FileStatus status = FileStatus::kOk;
  int64_t row_count = 0;  // rows added to all tables
  std::vector<Failure> failures;
  bool may_lack_memory = false;  // no rows were added; alone, the file may fare better
};

}  // namespace norma::extract
