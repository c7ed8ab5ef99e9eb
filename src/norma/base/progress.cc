#include "norma/base/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace norma {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kRedrawNs = kNsPerSecond / 10;
/// Before this the rate says nothing.
constexpr int64_t kRateAfterNs = kNsPerSecond / 2;

double Seconds(int64_t ns) { return static_cast<double>(ns) / static_cast<double>(kNsPerSecond); }

std::string Remaining(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60)
                      : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

std::string CountText(int64_t count) {
  std::string digits = fmt::format("{}", count);
  const int64_t first = count < 0 ? 1 : 0;
  for (auto place = static_cast<int64_t>(digits.size()) - 3; place > first; place -= 3) {
    digits.insert(static_cast<size_t>(place), ",");
  }
  return digits;
}

std::string Counted(int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", CountText(count), noun, count == 1 ? "" : "s");
}

Progress::Progress(std::ostream& out, ProgressStyle style, const Clock& clock,
                   std::function<size_t()> columns)
    : out_(out), style_(style), clock_(clock), columns_(std::move(columns)) {}

Progress::~Progress() { Finish(); }

void Progress::Stage(std::string_view name, int64_t total, std::string_view unit) {
  const std::lock_guard lock(mutex_);
  EndStage();
  stage_ = name;
  unit_ = unit;
  total_ = std::max<int64_t>(total, 0);
  done_ = 0;
  started_ns_ = clock_.MonotonicNs();
  if (style_ == ProgressStyle::kTerminal) {
    Draw(started_ns_);
  }
}

void Progress::Update(int64_t done) {
  const std::lock_guard lock(mutex_);
  done_ = std::max(done_, done);
  if (style_ != ProgressStyle::kTerminal || stage_.empty()) {
    return;
  }
  const int64_t now_ns = clock_.MonotonicNs();
  if (now_ns - drawn_ns_ >= kRedrawNs) {
    Draw(now_ns);
  }
}

void Progress::Note(std::string_view line) {
  if (style_ == ProgressStyle::kSilent) {
    return;
  }
  const std::lock_guard lock(mutex_);
  const bool was_drawn = is_drawn_;
  Erase();
  out_ << line << '\n';
  if (was_drawn) {
    Draw(clock_.MonotonicNs());
  }
  out_.flush();
}

void Progress::Finish() {
  const std::lock_guard lock(mutex_);
  EndStage();
}

std::string Progress::Name() const { return fmt::format("{:<16} ", stage_); }

void Progress::Draw(int64_t now_ns) {
  const int64_t elapsed_ns = now_ns - started_ns_;
  std::string line = Name();
  if (total_ > 0) {
    line += fmt::format("{}/{} {}  {}%", CountText(done_), CountText(total_), unit_,
                        std::min<int64_t>(done_ * 100 / total_, 100));
  }
  if (elapsed_ns >= kRateAfterNs && done_ > 0) {
    const double rate = static_cast<double>(done_) / Seconds(elapsed_ns);
    line += rate < 10 ? fmt::format("  {:.1f}/s", rate)
                      : fmt::format("  {}/s", CountText(std::llround(rate)));
    if (total_ > done_) {
      line += fmt::format("  ETA {}", Remaining(static_cast<double>(total_ - done_) / rate));
    }
  }
  // A line that wraps could not be drawn over. The last column stays free: it wraps in some
  // terminals.
  const size_t columns = columns_ ? columns_() : 0;
  if (columns > 0 && line.size() >= columns) {
    line.resize(columns - 1);
  }
  // Back to the first column, the text, and clear what an older and longer text left.
  out_ << '\r' << line << "\x1b[K" << std::flush;
  drawn_ns_ = now_ns;
  is_drawn_ = true;
}

void Progress::Erase() {
  if (is_drawn_) {
    out_ << "\r\x1b[K";
    is_drawn_ = false;
  }
}

void Progress::EndStage() {
  if (stage_.empty()) {
    return;
  }
  Erase();
  if (style_ != ProgressStyle::kSilent) {
    const std::string took = DurationText(Seconds(clock_.MonotonicNs() - started_ns_));
    const std::string count =
        total_ > 0 ? fmt::format("{} {} in ", CountText(done_), unit_) : std::string();
    out_ << Name() << count << took << '\n' << std::flush;
  }
  stage_.clear();
}

}  // namespace norma
