#pragma once

/// \file
/// Where a rule's tables come from.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "norma/base/result.h"
#include "norma/expr/table.h"
#include "norma/sql/schema_source.h"
#include "norma/sql/type_resolver.h"

namespace norma::expr {

struct Plan;  // table_internal.h

/// What a rule declares before it is built.
struct RuleInterface {
  /// All tables that it may read, optional ones included.
  std::vector<std::string> inputs;
  /// The columns that it must make.
  sql::Schema output;
};

/// A claim of Table::Unique, for the run to check.
struct UniqueClaim {
  std::vector<std::string> columns;
  /// Gives one row, `duplicates`: how many values of the columns occur more than once.
  std::string sql;
  /// "rule.cc:12".
  std::string place;
};

/// The inputs of one build of one rule. Belongs to one thread.
class RuleInputs {
 public:
  /// \param schemas and \param resolver must outlive every table that is made here.
  RuleInputs(const sql::SchemaSource& schemas, sql::TypeResolver& resolver, RuleInterface rule);

  /// A declared input.
  ///
  /// \return kInvalidArgument for a table that the rule does not declare; kNotFound, with near
  ///     names, for one that does not exist.
  Result<Table> Get(std::string_view name, Place where = Place::current()) const;
  /// A table of constants. Each row has one value per column of `schema`, of its type.
  Result<Table> Values(const sql::Schema& schema, std::vector<std::vector<sql::Literal>> rows,
                       Place where = Place::current()) const;

  /// What Table::Unique has claimed so far. Call it after the build.
  Result<std::vector<UniqueClaim>> Claims() const;

  /// The columns that the rule must make, for Conform.
  const sql::Schema& output_schema() const { return rule_.output; }

 private:
  std::shared_ptr<Plan> plan_;
  RuleInterface rule_;
};

}  // namespace norma::expr
