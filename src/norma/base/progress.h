#pragma once

/// \file
/// What a person sees of a running command.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>

#include "norma/base/clock.h"

namespace norma {

enum class ProgressStyle {
  kSilent,    ///< nothing
  kPlain,     ///< one line a stage, when it ends, and the notes
  kTerminal,  ///< one line that is drawn again at most ten times a second
};

/// Draws the progress of stages that follow one another. All methods are safe to call from any
/// thread; Update() is cheap enough for every file.
class Progress {
 public:
  /// \param out and `clock` must outlive this.
  /// \param columns the width of the terminal now; a longer line is cut. Without it, or when it
  ///     returns 0, the width is not known.
  Progress(std::ostream& out, ProgressStyle style, const Clock& clock,
           std::function<size_t()> columns = nullptr);
  /// Ends the last stage as Finish() does.
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Ends the stage before and begins one.
  /// \param total steps of the stage; 0 or less when it is not known.
  /// \param unit what a step is, in the plural: "files".
  void Stage(std::string_view name, int64_t total, std::string_view unit);
  /// Sets how many steps of the stage are done.
  void Update(int64_t done);
  /// Prints a line of its own.
  void Note(std::string_view line);
  /// Ends the stage, if there is one.
  void Finish();

 private:
  std::string Name() const;
  void Draw(int64_t now_ns);
  void Erase();
  void EndStage();

  std::ostream& out_;
  const ProgressStyle style_;
  const Clock& clock_;
  const std::function<size_t()> columns_;
  std::mutex mutex_;
  std::string stage_;
  std::string unit_;
  int64_t total_ = 0;
  int64_t done_ = 0;
  int64_t started_ns_ = 0;
  int64_t drawn_ns_ = 0;
  bool is_drawn_ = false;
};

/// Prints a count with separators: 1,234,567.
std::string CountText(int64_t count);

/// "1 row", "1,234 rows". \param noun takes an s in the plural.
std::string Counted(int64_t count, std::string_view noun);

}  // namespace norma
