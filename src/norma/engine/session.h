#pragma once

/// \file
/// The engine and its sessions.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/engine/function.h"
#include "norma/engine/policy.h"
#include "norma/engine/query.h"

struct NormaSession;

namespace norma::engine {

/// What the process gives to the engine. A zero or an empty text stands for the default.
struct EngineOptions {
  uint32_t threads = 0;         ///< Engine threads; by default one for each processor.
  uint64_t memory_bytes = 0;    ///< Budget of all queries together; by default 1 GiB.
  uint64_t spill_bytes = 0;     ///< Most bytes of spill files; by default 100 GB.
  std::string spill_directory;  ///< Exists; by default in the system's temporary directory.
};

/// Starts the engine, before the first session and once a process. Without it the first session
/// starts the engine with the defaults. No other thread may use the environment meanwhile.
///
/// \return kInvalidArgument when it runs already, kInternal when the linked engine is of another
///     version of the ABI.
Status StartEngine(const EngineOptions& options);

struct SessionOptions {
  uint32_t target_partitions = 0;  ///< By default one for each engine thread.
  uint32_t batch_rows = 0;         ///< By default 8192.
};

class Table;

/// What a session is told of a table that it reads.
struct ScanOptions {
  /// The contract's order, as dotted paths. The planner is told of it as far as it consists of
  /// top-level columns and all files were written in it, and then sorts less.
  std::vector<std::string> sort;
};

/// Tables, functions and settings under which statements are planned. Queries and streams keep what
/// they need of it. Safe to use from any thread; calls may overlap. A panic in the engine closes
/// it: every later call is kInternal, and a new session works at once.
class Session {
 public:
  static Result<Session> Open(const SessionOptions& options = {});

  Session(Session&&) = default;
  Session& operator=(Session&&) = default;

  /// Parses, checks and plans one statement.
  ///
  /// \return kPolicyDenied, kLimitExceeded for a text that is too long or nests too deep (before it
  ///     is parsed), kInvalidArgument for what the engine does not understand.
  Result<Query> Plan(std::string_view sql, Policy policy = Policy::kReadOnly) const;

  /// Adds a scalar function under its name.
  ///
  /// \return kInvalidArgument if a function has the name already, or the description is not one.
  Status RegisterFunction(const ScalarFunction& function);

  /// Makes a version of a table known under a name, in place of what has it.
  /// \return kUnsupported for a table with partitions, column mapping or foreign paths.
  Status RegisterTable(std::string_view name, const Table& table, const ScanOptions& options = {});

  /// Gives a registered table a second name; an older table of that name is hidden.
  /// \return kNotFound if there is no such table.
  Status RegisterAlias(std::string_view alias, std::string_view table);

  /// The functions: name, signature, kind, result, volatility, origin, description, syntax (texts;
  /// norma/bridge.h says more), sorted by name.
  Result<Stream> Functions() const;

  /// The settings in force, those of the runtime included: name, value (texts), sorted by name.
  Result<Stream> Settings() const;

  /// Whether a panic closed the session.
  bool closed() const;

 private:
  friend struct HandleAccess;

  explicit Session(std::shared_ptr<NormaSession> handle) : handle_(std::move(handle)) {}

  std::shared_ptr<NormaSession> handle_;
};

}  // namespace norma::engine
