#pragma once

/// \file
/// The engine's answers to what type an operator or call has.

#include "norma/engine/session.h"
#include "norma/sql/type_resolver.h"

namespace norma::engine {

/// Asks the functions and the planner of a session. Each question is planned anew: put a
/// sql::CachingTypeResolver in front. Safe from many threads.
class EngineTypeResolver final : public sql::TypeResolver {
 public:
  /// \param session must outlive this object.
  explicit EngineTypeResolver(const Session& session) : session_(session) {}

  Result<sql::CallTypes> Resolve(const sql::CallRequest& request) override;

 private:
  const Session& session_;
};

}  // namespace norma::engine
