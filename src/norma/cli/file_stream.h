#pragma once

/// \file
/// Output streams over file descriptors that remember why a write failed.

#include <array>
#include <cstdint>
#include <ostream>
#include <streambuf>
#include <string>

#include "norma/base/result.h"

namespace norma::cli {

/// A buffer over a descriptor that it does not own.
class DescriptorBuffer final : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);
  ~DescriptorBuffer() override;

  /// errno of the first write that failed, or 0.
  int failure() const { return failure_; }

 protected:
  int_type overflow(int_type character) override;
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int sync() override;

 private:
  bool WriteAll(const char* text, size_t size);

  const int descriptor_;
  int failure_ = 0;
  std::array<char, 65536> buffer_;
};

/// Flushes `out` and says how it went.
///
/// \return kStorage with the reason when a write failed. A reader that went away (a closed pipe) is
/// a
///     success: it has all that it wanted.
Status FlushOutput(std::ostream& out);

/// A file that appears under its name when it is complete. What exists and is no regular file (a
/// device, a pipe) is written directly.
class OutputFile {
 public:
  /// \return kStorage when the file cannot be made.
  static Result<OutputFile> Create(const std::string& path);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  /// Removes what is not complete.
  ~OutputFile();

  int descriptor() const { return descriptor_; }

  /// Makes the content durable and visible. Call once, after the last write.
  Status Complete();

 private:
  OutputFile(std::string path, std::string partial_path, int descriptor);
  void Close();

  std::string path_;
  std::string partial_path_;  ///< empty when the file is written directly
  int descriptor_;
};

}  // namespace norma::cli
