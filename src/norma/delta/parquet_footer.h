#pragma once

/// \file
/// The row count that a Parquet file states in its footer.

#include <cstdint>
#include <string>
#include <string_view>

#include "norma/base/result.h"

namespace norma::delta {

/// Checks that a file begins and ends as Parquet does, and reads its row count.
///
/// Source: Apache Parquet "File Format" (footer), Thrift compact protocol. Reads the footer only.
///
/// \return kNotFound without the file; kCorruptData if it is not Parquet or its footer cannot be
/// read.
Result<int64_t> ParquetRowCount(const std::string& path);

/// The row count of a footer, a FileMetaData in the Thrift compact protocol.
/// \return kCorruptData for any other bytes; never reads past them.
Result<int64_t> FooterRowCount(std::string_view footer);

}  // namespace norma::delta
