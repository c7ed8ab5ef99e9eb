#include "norma/cli/file_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <system_error>
#include <utility>

#include "norma/base/unicode.h"

namespace norma::cli {
namespace {

std::string ReasonOf(int error_number) { return std::generic_category().message(error_number); }

Error FileError(std::string_view what, const std::string& path, int error_number) {
  return Error{ErrorKind::kStorage,
               fmt::format("{}, {}: {}", what, ReasonOf(error_number), EscapeForMessage(path))};
}

}  // namespace

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_(descriptor) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorBuffer::~DescriptorBuffer() { sync(); }

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
  if (sync() != 0) {
    return traits_type::eof();
  }
  if (!traits_type::eq_int_type(character, traits_type::eof())) {
    *pptr() = traits_type::to_char_type(character);
    pbump(1);
  }
  return traits_type::not_eof(character);
}

std::streamsize DescriptorBuffer::xsputn(const char* text, std::streamsize size) {
  if (size > epptr() - pptr()) {
    if (sync() != 0) {
      return 0;
    }
    if (size >= static_cast<std::streamsize>(buffer_.size())) {
      return WriteAll(text, static_cast<size_t>(size)) ? size : 0;
    }
  }
  std::memcpy(pptr(), text, static_cast<size_t>(size));
  pbump(static_cast<int>(size));
  return size;
}

int DescriptorBuffer::sync() {
  const bool is_written = WriteAll(pbase(), static_cast<size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  return is_written ? 0 : -1;
}

bool DescriptorBuffer::WriteAll(const char* text, size_t size) {
  while (size > 0 && failure_ == 0) {
    const ssize_t written = ::write(descriptor_, text, size);
    if (written >= 0) {
      text += written;
      size -= static_cast<size_t>(written);
    } else if (errno != EINTR) {
      failure_ = errno;
    }
  }
  return failure_ == 0;
}

Status FlushOutput(std::ostream& out) {
  out.flush();
  if (out.good()) {
    return {};
  }
  const auto* const buffer = dynamic_cast<const DescriptorBuffer*>(out.rdbuf());
  const int failure = buffer == nullptr ? EIO : buffer->failure();
  if (failure == EPIPE) {
    return {};
  }
  return Error{ErrorKind::kStorage, fmt::format("cannot write the output: {}", ReasonOf(failure))};
}

Result<OutputFile> OutputFile::Create(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) {
      return FileError("cannot write", path, errno);
    }
    return OutputFile(path, "", descriptor);
  }
  std::string partial_path = fmt::format("{}.{}.partial", path, ::getpid());
  const int descriptor =
      ::open(partial_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) {
    return FileError("cannot write", path, errno);
  }
  return OutputFile(path, std::move(partial_path), descriptor);
}

OutputFile::OutputFile(std::string path, std::string partial_path, int descriptor)
    : path_(std::move(path)), partial_path_(std::move(partial_path)), descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_path_(std::exchange(other.partial_path_, "")),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  Close();
  if (!partial_path_.empty()) {
    ::unlink(partial_path_.c_str());
  }
}

void OutputFile::Close() {
  if (descriptor_ >= 0) {
    ::close(std::exchange(descriptor_, -1));
  }
}

Status OutputFile::Complete() {
  if (partial_path_.empty()) {
    Close();
    return {};
  }
  if (::fsync(descriptor_) != 0) {
    return FileError("cannot write", path_, errno);
  }
  Close();
  if (::rename(partial_path_.c_str(), path_.c_str()) != 0) {
    return FileError("cannot write", path_, errno);
  }
  partial_path_.clear();
  return {};
}

}  // namespace norma::cli
