#pragma once

/// \file
/// Brings the results of parallel workers back into their order.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "norma/base/result.h"

namespace norma::run {

/// Hands finished units to a receiver in the order 0, 1, 2, …, whichever worker finishes first.
///
/// The receiver is called by one worker at a time, outside the lock. At most `parked` units wait
/// for an earlier one; a worker that is further ahead is held back, so memory stays bounded. A
/// failure of the receiver, or Fail(), ends all calls.
template <typename Unit>
class OrderedDelivery {
 public:
  using Receiver = std::function<Status(Unit)>;

  OrderedDelivery(size_t parked, Receiver receiver)
      : parked_(parked), receiver_(std::move(receiver)) {}

  /// Delivers unit `index`. Each index is given once.
  /// \return the first failure of the receiver or of Fail().
  Status Deliver(size_t index, Unit unit) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !failure_.ok() || index < next_ + parked_; });
    if (!failure_.ok()) {
      return failure_;
    }
    waiting_.emplace(index, std::move(unit));
    if (delivering_) {
      return {};
    }
    delivering_ = true;
    while (failure_.ok() && !waiting_.empty() && waiting_.begin()->first == next_) {
      Unit first = std::move(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      lock.unlock();
      Status status = receiver_(std::move(first));
      lock.lock();
      if (!status.ok() && failure_.ok()) {
        failure_ = std::move(status);
      }
      ++next_;
      changed_.notify_all();
    }
    delivering_ = false;
    return failure_;
  }

  /// Waits until all units before `index` are delivered.
  /// \return the first failure of the receiver or of Fail().
  Status AwaitTurn(size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !failure_.ok() || index == next_; });
    return failure_;
  }

  /// Hands a part of a unit to the receiver; Deliver() brings the rest. Only for the unit whose
  /// turn AwaitTurn() told, so that no other call of the receiver can be under way.
  Status DeliverPart(Unit part) {
    Status status = receiver_(std::move(part));
    if (!status.ok()) {
      Fail(status.error());
    }
    return status;
  }

  /// Ends the delivery: every waiting and later call returns `error`.
  void Fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (failure_.ok()) {
      failure_ = std::move(error);
    }
    changed_.notify_all();
  }

 private:
  const size_t parked_;
  const Receiver receiver_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<size_t, Unit> waiting_;
  size_t next_ = 0;
  bool delivering_ = false;
  Status failure_;
};

}  // namespace norma::run
