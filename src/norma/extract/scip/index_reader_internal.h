#pragma once

/// \file
/// The one pass over an index file that checks it and makes its directory.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "norma/base/hash.h"
#include "norma/extract/scip/index.h"
#include "norma/extract/scip/scip.pb.h"

namespace norma::extract::scip {

/// A file as a stream that hashes what it gives.
class HashedFile final : public google::protobuf::io::CopyingInputStream {
 public:
  explicit HashedFile(int fd) : fd_(fd) {}

  int Read(void* buffer, int size) override;

  /// errno of the read that failed; 0 if none did.
  int error() const { return error_; }
  std::string Sha256() { return sha256_.Hex(); }

 private:
  int fd_;
  int error_ = 0;
  norma::Sha256 sha256_;
};

/// Fills an index from its open file. For one call.
class IndexReader {
 public:
  IndexReader(Index& index, const std::atomic<bool>& stop)
      : index_(index), stop_(stop), file_(index.file_.fd()), stream_(&file_, kBlockBytes) {}

  Status Read();

 private:
  static constexpr int kBlockBytes = 1 << 20;

  Status ReadField(bool& at_end);
  /// A message of the index that norma reads, its length known and within the file.
  Status ReadMessage(google::protobuf::io::CodedInputStream& in, int number, Extent extent);
  // These take the message, or the start of one that is too large, from buffer_.
  void AddDocument(Extent extent);
  void AddTooLargeDocument();
  void AddExternal(bool fits, Extent extent);
  Status CheckDirectory() const;
  void FailDocument(std::string_view path, std::string_view message);
  /// What is not valid and names no path: one row for all, at the name of the index file.
  void AddUnnamedFailures();
  void SortDirectory();
  Status Skip(int64_t bytes);
  Error Unreadable(std::string_view why, int64_t offset) const;

  Index& index_;
  const std::atomic<bool>& stop_;
  HashedFile file_;
  google::protobuf::io::CopyingInputStreamAdaptor stream_;
  std::string buffer_;
  wire::Metadata metadata_;
  wire::SymbolInformation symbol_;
  bool has_metadata_ = false;
  int64_t directory_bytes_ = 0;
  int64_t unnamed_documents_ = 0;
  int64_t invalid_externals_ = 0;
};

}  // namespace norma::extract::scip
