#pragma once

/// \file
/// Delta tables below an output root.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "norma/arrow/schema.h"
#include "norma/base/result.h"

struct NormaRoot;
struct NormaTable;

namespace norma::engine {

struct RootOptions {
  std::string path;  ///< The folder; made when missing, unless `read_only`.
  bool read_only = false;
  /// A file that gets one line for each operation of the store: number, kind, path, bytes, result.
  std::optional<std::string> record;
};

/// An output root: a folder, and the store through which everything below it is read and written.
/// What it says is written survives a power loss; no path leaves the folder. Move-only; safe to use
/// from many threads. Tables keep what they need of it.
class Root {
 public:
  /// \return kNotFound if a read-only root is not there; kStorage if it cannot be made.
  static Result<Root> Open(const RootOptions& options);

 private:
  friend class Table;
  friend class TestRoot;
  struct Free {
    void operator()(NormaRoot* root) const;
  };

  explicit Root(NormaRoot* root) : root_(root) {}

  std::unique_ptr<NormaRoot, Free> root_;
};

/// A table to be made.
struct TableSpec {
  arrow::Schema schema;
  std::string comment;
  std::map<std::string, std::string> column_comments;  ///< By dotted path: "span.bstart".
  std::map<std::string, std::string> properties;       ///< "delta.…" and "norma.…".
  struct Contract {
    std::string fingerprint;
    int64_t version = 1;
    std::string ddl_hash;
  };
  std::optional<Contract> contract;
};

struct DataFile {
  std::string path;  ///< Relative to the table, as the log has it.
  int64_t bytes = 0;
  int64_t rows = 0;
};

/// What is known of a version without reading rows.
struct TableFacts {
  int64_t version = 0;
  bool created = false;     ///< Whether Create() made the table, rather than opened it.
  std::string schema_json;  ///< As the log holds it.
  std::map<std::string, std::string> properties;
  std::optional<TableSpec::Contract> contract;
  std::optional<int64_t> txn;  ///< The last number of the application that was asked for.
  int64_t timestamp_unix_ms = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::vector<DataFile> files;
};

/// A version of a table; it stays that version, whatever is committed later. Move-only; safe to use
/// from many threads.
class Table {
 public:
  /// Makes version 0. A table that is there is opened at its newest version instead; the caller
  /// compares its schema.
  static Result<Table> Create(const Root& root, std::string_view location, const TableSpec& spec);

  /// \param version the newest one if there is none.
  /// \return kNotFound without such a table or version; kCorruptData that names a log entry which
  /// is
  ///     missing, empty, cut or changed.
  static Result<Table> Open(const Root& root, std::string_view location,
                            std::optional<int64_t> version = std::nullopt);

  /// \param app_id whose transaction number is asked for; may be empty.
  Result<TableFacts> Facts(std::string_view app_id = {}) const;

  Result<arrow::Schema> Schema() const;

  /// Writes a checkpoint of the newest version, so that readers need not replay the whole log, when
  /// the last one is `every` versions behind. The table is read back through it before readers are
  /// pointed to it.
  ///
  /// \return the version; nothing when none was due, or another process is writing it.
  ///     kCorruptData if it does not hold the table; it is removed then.
  Result<std::optional<int64_t>> Checkpoint(int64_t every) const;

 private:
  friend class Session;
  friend class Write;
  struct Free {
    void operator()(NormaTable* table) const;
  };

  explicit Table(NormaTable* table) : table_(table) {}

  std::unique_ptr<NormaTable, Free> table_;
};

}  // namespace norma::engine
