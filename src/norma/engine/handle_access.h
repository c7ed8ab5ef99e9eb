#pragma once

/// \file
/// The bridge's handles behind the classes of engine/, for their siblings. Only for engine/.

#include "norma/engine/query.h"
#include "norma/engine/session.h"

namespace norma::engine {

struct HandleAccess {
  static NormaSession* Of(const Session& session) { return session.handle_.get(); }
  static NormaQuery* Of(const Query& query) { return query.handle_.get(); }
};

}  // namespace norma::engine
