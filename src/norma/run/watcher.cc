#include "norma/run/watcher.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

#include "norma/base/process_memory.h"

namespace norma::run {
namespace {

void Sample(std::atomic<int64_t>& peak_bytes) {
  const int64_t now = ResidentBytes();
  int64_t peak = peak_bytes;
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now)) {
  }
}

}  // namespace

int64_t ResidentBytes() {
  int64_t bytes = ResidentBytesOf("self");
  std::error_code failure;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", failure)) {
    std::ifstream file(task.path() / "children");
    std::string child;
    while (file >> child) {
      bytes += ResidentBytesOf(child);
    }
  }
  return bytes;
}

Watcher::Watcher(const std::atomic<int64_t>& done, std::function<void(int64_t)> report,
                 std::atomic<int64_t>& peak_bytes)
    : thread_([&done, report = std::move(report), &peak_bytes](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
          report(done);
          Sample(peak_bytes);
          ended.wait_for(lock, stop, std::chrono::milliseconds(100), [] { return false; });
        }
        report(done);
        Sample(peak_bytes);
      }) {}

}  // namespace norma::run
