#pragma once

/// \file
/// tree-sitter behind limits of time and memory, for the bytes of one source file.

#include <tree_sitter/api.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <variant>

#include "norma/base/result.h"
#include "norma/extract/treesitter/grammar.h"
#include "norma/source/source_file.h"

namespace norma::extract::treesitter {

struct TreeDeleter {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using Tree = std::unique_ptr<TSTree, TreeDeleter>;

/// Why there is no tree.
struct NoTree {
  std::string code;     ///< NESTING_LIMIT, PARSE_TIMEOUT or PARSE_CANCELLED
  std::string message;  ///< without positions, which would make it churn
  int64_t offset = -1;  ///< where the limit was passed; -1 if it has no place
};

/// That there is none for want of memory.
NoTree LackOfMemory();

/// What a parse may take.
struct ParseLimits {
  int64_t cpu_ns = 0;  ///< of this thread's processor time; usually ParseBudgetNs()
  int64_t memory_bytes = std::numeric_limits<int64_t>::max();  ///< for tree-sitter's own data
};

/// Processor time that a parse may take: 5 s and 1 s more for each MiB, in nanoseconds.
int64_t ParseBudgetNs(int64_t file_bytes);

/// Parses one file at a time. Movable; not safe to share.
class Parser {
 public:
  /// \return kInternal if the linked grammar does not fit the library.
  static Result<Parser> Make(const Grammar& grammar);

  /// Parses the raw bytes, so that every offset of the tree is one of the file.
  ///
  /// A lone CR is shown to tree-sitter as LF, since its lines end at LF only. An iso-8859-1 file is
  /// read byte by byte; any other text as UTF-8, where a bad byte is an error of the lexer.
  ///
  /// Brackets or indentation beyond CPython's limits are refused before tree-sitter sees them: its
  /// error recovery can be quadratic in them, without a call back.
  ///
  /// Free the tree on the thread that made it, which keeps the account of its memory.
  std::variant<Tree, NoTree> Parse(const source::SourceFile& file, const ParseLimits& limits);

 private:
  struct ParserDeleter {
    void operator()(TSParser* parser) const { ts_parser_delete(parser); }
  };

  explicit Parser(TSParser* parser) : parser_(parser) {}

  std::unique_ptr<TSParser, ParserDeleter> parser_;
  std::string without_lone_cr_;  // kept for its capacity
};

}  // namespace norma::extract::treesitter
