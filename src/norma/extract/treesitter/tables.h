#pragma once

/// \file
/// One function for each group of tables. Each appends the rows of one file in the table's order.

#include "norma/extract/evidence_tables.h"
#include "norma/extract/treesitter/analysis.h"
#include "norma/extract/treesitter/grammar.h"
#include "norma/extract/treesitter/resolver.h"
#include "norma/extract/treesitter/rows.h"

namespace norma::extract::treesitter {

/// All that the tables of one file are made from.
struct FileFacts {
  const Grammar& grammar;
  const source::SourceFile& file;
  SourceText& text;
  Analysis& analysis;
  Resolver& resolver;
  RowWriter& rows;
  FlatMap& ordinals;  ///< scratch
};

/// cst_defs and cst_decorators.
void AppendDefinitions(const FileFacts& facts, EvidenceTables& tables);
/// cst_docstrings.
void AppendDocstrings(const FileFacts& facts, EvidenceTables& tables);
/// cst_imports.
void AppendImports(const FileFacts& facts, EvidenceTables& tables);
/// cst_callsites and cst_call_args.
void AppendCalls(const FileFacts& facts, EvidenceTables& tables);
/// cst_refs.
void AppendReferences(const FileFacts& facts, EvidenceTables& tables);
/// cst_type_exprs.
void AppendTypeExpressions(const FileFacts& facts, EvidenceTables& tables);
/// ts_errors and ts_missing.
void AppendErrors(const FileFacts& facts, EvidenceTables& tables);

}  // namespace norma::extract::treesitter
