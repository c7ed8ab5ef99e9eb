#pragma once

/// \file
/// A thread that looks at a running stage: progress for people, and the memory in use.

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

namespace norma::run {

/// Resident bytes of this process and of its child processes, from the kernel's accounts. Pages
/// that processes share count once for each.
int64_t ResidentBytes();

/// Calls `report` with the number of steps done, ten times a second, and keeps the largest amount
/// of memory it saw. Ends with its life.
class Watcher {
 public:
  /// \param done what the stage counts up; must outlive the watcher.
  /// \param peak_bytes raised when more memory is in use; must outlive the watcher.
  Watcher(const std::atomic<int64_t>& done, std::function<void(int64_t)> report,
          std::atomic<int64_t>& peak_bytes);

 private:
  std::jthread thread_;
};

}  // namespace norma::run
