#pragma once

/// \file
/// The CPython producer: from one source file to its rows of ast_nodes, symtable_scopes,
/// symtable_symbols and cst_parse_errors.

#include <memory>
#include <string>

#include "norma/base/result.h"
#include "norma/extract/cpython/greeting.h"
#include "norma/extract/cpython/interpreter.h"
#include "norma/extract/cpython/worker.h"
#include "norma/extract/evidence_tables.h"
#include "norma/extract/outcome.h"
#include "norma/source/source_file.h"

namespace norma::extract::cpython {

struct ExtractorOptions {
  Interpreter interpreter;
  WorkerLimits limits;
  /// Python text to run instead of norma's own worker: for tests.
  std::string script;
};

/// Analyses files in one worker process, which is replaced when it dies. Movable, expensive to make
/// (50 ms), reused from file to file.
///
/// For one thread at a time. The kernel kills a worker when the thread that started it ends, so
/// Make(), and any call that replaces a worker, must run on a thread that outlives the extractor:
/// each thread of a pool owns one.
class Extractor {
 public:
  /// Starts the worker.
  /// \return the errors of Worker::Start; kStorage if no private folder can be made.
  static Result<Extractor> Make(const ExtractorOptions& options);

  Extractor(Extractor&&) noexcept;
  Extractor& operator=(Extractor&&) noexcept;
  ~Extractor();

  /// Appends the rows of `file` in the order of each table's contract, and fills in `file.recode`
  /// if the file needs it.
  ///
  /// Any bytes are accepted. Status: kOk; kPartial if the file parses but does not compile, or has
  /// no symbol tables; kFailed if there is no tree. A syntax error is one row of cst_parse_errors;
  /// anything else is a failure: UNKNOWN_ENCODING, ENCODING_CONFLICT, UNDECODABLE or NUL_BYTE of
  /// stage decode, NESTING_LIMIT, WORKER_CRASH, WORKER_TIMEOUT, WORKER_MEMORY.
  ///
  /// In Room::kShared a file whose failure may come from the limit of memory gets no rows, and
  /// Outcome::may_lack_memory. In Room::kAlone it is analysed by a worker that saw no other file,
  /// so that its rows depend on nothing else.
  Outcome Extract(source::SourceFile& file, EvidenceTables& tables, Room room = Room::kShared);

  /// The two halves of Extract(): Begin() hands the file to the worker and comes back while it
  /// works, so that the caller can do something else; Finish() waits and appends. Each Begin() is
  /// followed by one Finish() with the same file.
  void Begin(const source::SourceFile& file, Room room = Room::kShared);
  Outcome Finish(source::SourceFile& file, EvidenceTables& tables);

  /// The interpreter behind the worker.
  const Greeting& greeting() const;
  /// The process at work; -1 if there is none now.
  int worker_pid() const;

 private:
  struct State;
  explicit Extractor(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace norma::extract::cpython
