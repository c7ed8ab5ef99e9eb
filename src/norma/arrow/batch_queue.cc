#include "norma/arrow/batch_queue.h"

#include <cerrno>
#include <string>
#include <utility>

namespace norma::arrow {

struct BatchQueue::Consumer {
  std::shared_ptr<BatchQueue> queue;
  std::string last_error;

  static Consumer* Of(ArrowArrayStream* stream) {
    return static_cast<Consumer*>(stream->private_data);
  }

  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
    return ArrowSchemaDeepCopy(Of(stream)->queue->schema_.get(), out);
  }

  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
    Consumer* self = Of(stream);
    BatchQueue& queue = *self->queue;
    std::unique_lock lock(queue.mutex_);
    queue.changed_.wait(
        lock, [&] { return !queue.waiting_.empty() || queue.closed_ || !queue.failure_.ok(); });
    if (!queue.failure_.ok()) {
      self->last_error = queue.failure_.error().message;
      return EIO;
    }
    if (queue.waiting_.empty()) {
      out->release = nullptr;
      return 0;
    }
    queue.waiting_.front().move(out);
    queue.waiting_.pop_front();
    queue.changed_.notify_all();
    return 0;
  }

  static const char* GetLastError(ArrowArrayStream* stream) {
    return Of(stream)->last_error.c_str();
  }

  static void Release(ArrowArrayStream* stream) {
    Consumer* self = Of(stream);
    {
      const std::lock_guard lock(self->queue->mutex_);
      self->queue->abandoned_ = true;
      self->queue->waiting_.clear();
      self->queue->changed_.notify_all();
    }
    delete self;
    stream->release = nullptr;
  }
};

std::shared_ptr<BatchQueue> BatchQueue::Make(nanoarrow::UniqueSchema schema, size_t capacity) {
  return std::shared_ptr<BatchQueue>(new BatchQueue(std::move(schema), capacity));
}

BatchQueue::BatchQueue(nanoarrow::UniqueSchema schema, size_t capacity)
    : schema_(std::move(schema)), capacity_(capacity) {}

Status BatchQueue::Push(nanoarrow::UniqueArray batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.size() < capacity_ || abandoned_ || closed_; });
  if (abandoned_ || closed_) {
    return Error{ErrorKind::kCancelled, "nobody reads this stream of batches any more"};
  }
  waiting_.push_back(std::move(batch));
  changed_.notify_all();
  return {};
}

void BatchQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void BatchQueue::Fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (failure_.ok()) {
    failure_ = std::move(error);
  }
  closed_ = true;
  changed_.notify_all();
}

void BatchQueue::Export(ArrowArrayStream* out) {
  out->get_schema = &Consumer::GetSchema;
  out->get_next = &Consumer::GetNext;
  out->get_last_error = &Consumer::GetLastError;
  out->release = &Consumer::Release;
  out->private_data = new Consumer{shared_from_this(), {}};
}

}  // namespace norma::arrow
