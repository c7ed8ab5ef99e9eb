#pragma once

/// \file
/// Hands batches from producer threads to one consumer that pulls an ArrowArrayStream.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <nanoarrow/nanoarrow.hpp>

#include "norma/base/result.h"

namespace norma::arrow {

/// A bounded queue of batches. Push() waits while the queue is full, which is what bounds the
/// memory of a streaming stage. All methods are safe to call from any thread.
class BatchQueue : public std::enable_shared_from_this<BatchQueue> {
 public:
  /// \param capacity the most batches that wait at a time, at least 1.
  static std::shared_ptr<BatchQueue> Make(nanoarrow::UniqueSchema schema, size_t capacity);

  /// Adds a batch; waits while the queue is full.
  /// \return kCancelled if the consumer went away. The batch is then dropped.
  Status Push(nanoarrow::UniqueArray batch);

  /// Ends the stream: the consumer gets what waits, then the end.
  void Close();

  /// Ends the stream with an error, which the consumer gets at once.
  void Fail(Error error);

  /// The consumer's end. Call once. Its get_next() blocks until a batch is there; releasing it
  /// makes further Push() calls fail.
  void Export(ArrowArrayStream* out);

 private:
  struct Consumer;

  BatchQueue(nanoarrow::UniqueSchema schema, size_t capacity);

  const nanoarrow::UniqueSchema schema_;
  const size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<nanoarrow::UniqueArray> waiting_;
  bool closed_ = false;
  bool abandoned_ = false;
  Status failure_;
};

}  // namespace norma::arrow
