#include "norma/extract/scip/index.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/extract/scip/index_reader_internal.h"

namespace norma::extract::scip {
namespace {

bool IsLabel(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
  });
}

int64_t ModifiedNs(const struct stat& status) {
  return int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

Error CannotRead(const std::string& path, int error) {
  return {error == ENOENT ? ErrorKind::kNotFound : ErrorKind::kStorage,
          fmt::format("SCIP index cannot be read: {}: {}", EscapeForMessage(path),
                      std::strerror(error))};
}

Error Changed(const std::string& path) {
  return {ErrorKind::kStorage,
          fmt::format("SCIP index changed while it was read: {}", EscapeForMessage(path))};
}

}  // namespace

IndexSource IndexSourceFromText(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals != std::string_view::npos && IsLabel(text.substr(0, equals))) {
    return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
  }
  return {std::filesystem::path(text).stem().string(), std::string(text)};
}

Failure IndexFailure(const std::string& label, std::string_view code, std::string_view message,
                     std::string_view severity) {
  return {.stage = "scip",
          .code = std::string(code),
          .message = std::string(message),
          .severity = std::string(severity),
          .attrs = {{"index", label}}};
}

Result<Index> Index::Open(const IndexSource& source, const std::atomic<bool>& stop) {
  Index index;
  index.path_ = source.path;
  index.file_ = source::FileHandle(open(source.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!index.file_.valid() || fstat(index.file_.fd(), &status) != 0) {
    return CannotRead(source.path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorKind::kInvalidArgument,
                 fmt::format("SCIP index is no regular file: {}", EscapeForMessage(source.path))};
  }
  if (status.st_size > kMaxIndexBytes) {
    return Error{ErrorKind::kLimitExceeded,
                 fmt::format("SCIP index is larger than 8 GiB: {}", EscapeForMessage(source.path))};
  }
  index.size_ = status.st_size;
  index.modified_ns_ = ModifiedNs(status);
  index.summary_.label = source.label;
  index.summary_.index_id = IdBuilder("scip_index").Text(source.label).Build();
  // What is not valid becomes an error or a row; protobuf would print it besides.
  google::protobuf::SetLogHandler(nullptr);
  IndexReader reader(index, stop);
  NORMA_RETURN_IF_ERROR(
      reader.Read().WithContext(fmt::format("SCIP index {}", EscapeForMessage(source.path))));
  NORMA_RETURN_IF_ERROR(index.CheckUnchanged());
  index.default_unit_ = UnitOfTool(index.summary_.tool_name).value_or(DocumentUnit());
  return index;
}

Result<std::string> Index::Read(const Extent& extent) const {
  std::string bytes(static_cast<size_t>(extent.size), '\0');
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t got = pread(file_.fd(), bytes.data() + done, bytes.size() - done,
                              extent.offset + static_cast<off_t>(done));
    if (got < 0 && errno != EINTR) {
      return CannotRead(path_, errno);
    }
    if (got == 0) {
      return Changed(path_);
    }
    done += static_cast<size_t>(std::max<ssize_t>(got, 0));
  }
  return bytes;
}

Status Index::CheckUnchanged() const {
  struct stat status{};
  if (fstat(file_.fd(), &status) != 0) {
    return CannotRead(path_, errno);
  }
  if (status.st_size != size_ || ModifiedNs(status) != modified_ns_) {
    return Changed(path_);
  }
  return {};
}

}  // namespace norma::extract::scip
