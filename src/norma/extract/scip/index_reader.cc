#include <fmt/format.h>
#include <google/protobuf/wire_format_lite.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <tuple>
#include <utility>

#include "norma/base/id.h"
#include "norma/base/unicode.h"
#include "norma/extract/scip/document.h"
#include "norma/extract/scip/index_reader_internal.h"

namespace norma::extract::scip {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::string_view kInvalid = "SCIP_INVALID";
/// What an entry takes besides its texts, roughly.
constexpr int64_t kEntryBytes = 128;
/// As much of a document that is too large as its path is looked for in.
constexpr int64_t kPathSearchBytes = 16 << 10;

}  // namespace

int HashedFile::Read(void* buffer, int size) {
  ssize_t got = 0;
  do {
    got = read(fd_, buffer, static_cast<size_t>(size));
  } while (got < 0 && errno == EINTR);
  if (got < 0) {
    error_ = errno;
    return -1;
  }
  sha256_.Add({static_cast<const char*>(buffer), static_cast<size_t>(got)});
  return static_cast<int>(got);
}

Status IndexReader::Read() {
  for (bool at_end = false; !at_end;) {
    if (stop_) {
      return Error{ErrorKind::kCancelled, "the run was stopped"};
    }
    const Status status = ReadField(at_end);
    if (file_.error() != 0) {
      return Error{ErrorKind::kStorage,
                   fmt::format("the file cannot be read: {}", std::strerror(file_.error()))};
    }
    NORMA_RETURN_IF_ERROR(status);
  }
  if (!has_metadata_) {
    return Error{ErrorKind::kCorruptData, "the file has no metadata, so it is no SCIP index"};
  }
  IndexSummary& summary = index_.summary_;
  summary.sha256 = file_.Sha256();
  summary.protocol_version = metadata_.version();
  summary.tool_name = metadata_.tool_info().name();
  summary.tool_version = metadata_.tool_info().version();
  summary.text_document_encoding = metadata_.text_document_encoding();
  SortDirectory();
  AddUnnamedFailures();
  return {};
}

/// One field of the index. CodedInputStream counts to 2 GiB, so each field has its own.
Status IndexReader::ReadField(bool& at_end) {
  const int64_t begin = stream_.ByteCount();
  at_end = begin == index_.size_;
  if (at_end) {
    return {};
  }
  int64_t to_skip = 0;
  {
    CodedInputStream in(&stream_);
    const uint32_t tag = in.ReadTag();
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    if (number == 0) {
      return Unreadable("there is no field", begin);
    }
    if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      return WireFormatLite::SkipField(&in, tag) ? Status()
                                                 : Unreadable("a field is not valid", begin);
    }
    uint64_t length = 0;
    if (!in.ReadVarint64(&length)) {
      return Unreadable("a field has no length", begin);
    }
    const int64_t offset = begin + in.CurrentPosition();
    if (length > static_cast<uint64_t>(index_.size_ - offset)) {
      return Unreadable("a field is longer than the file", begin);
    }
    const Extent extent{offset, static_cast<int64_t>(length)};
    NORMA_RETURN_IF_ERROR(ReadMessage(in, number, extent));
    to_skip = extent.size - (begin + in.CurrentPosition() - offset);
  }
  return Skip(to_skip);
}

Status IndexReader::ReadMessage(CodedInputStream& in, int number, Extent extent) {
  const bool is_document = number == wire::Index::kDocumentsFieldNumber;
  const bool is_external = number == wire::Index::kExternalSymbolsFieldNumber;
  if (!is_document && !is_external && number != wire::Index::kMetadataFieldNumber) {
    return {};
  }
  const bool fits =
      extent.size <= (is_document ? kMaxDocumentBytes : static_cast<int64_t>(kMaxPartBytes));
  // Of a document that is too large only the path is wanted.
  const int64_t wanted = fits ? extent.size : kPathSearchBytes;
  if (!in.ReadString(&buffer_, static_cast<int>(wanted))) {
    return Unreadable("the file ends too early", extent.offset);
  }
  if (is_document) {
    if (fits) {
      AddDocument(extent);
    } else {
      AddTooLargeDocument();
    }
    return CheckDirectory();
  }
  if (is_external) {
    AddExternal(fits, extent);
    return CheckDirectory();
  }
  wire::Metadata metadata;
  if (!fits || !metadata.ParseFromString(buffer_)) {
    return Unreadable("the metadata is not valid", extent.offset);
  }
  metadata_.MergeFrom(metadata);
  has_metadata_ = true;
  return {};
}

void IndexReader::AddDocument(Extent extent) {
  ++index_.summary_.document_count;
  const Result<Document> document = SplitDocument(buffer_);
  const Status status = document.ok() ? CheckParts(document.value()) : document.status();
  if (!status.ok()) {
    FailDocument(PathFromStart(buffer_), status.error().message);
    return;
  }
  index_.summary_.occurrence_count += static_cast<int64_t>(document.value().occurrences.size());
  index_.summary_.symbol_count += static_cast<int64_t>(document.value().symbols.size());
  std::string path(document.value().relative_path);
  directory_bytes_ += kEntryBytes + static_cast<int64_t>(path.size());
  std::string id = IdBuilder("scip_doc").Text(index_.summary_.index_id).Text(path).Build();
  index_.documents_.push_back({std::move(id), std::move(path), extent});
}

void IndexReader::AddTooLargeDocument() {
  ++index_.summary_.document_count;
  FailDocument(PathFromStart(buffer_), "the document is larger than 64 MiB");
}

void IndexReader::AddExternal(bool fits, Extent extent) {
  ++index_.summary_.external_symbol_count;
  if (!fits || !ParseSymbol(buffer_, symbol_)) {
    ++invalid_externals_;
    return;
  }
  directory_bytes_ += kEntryBytes + static_cast<int64_t>(symbol_.symbol().size());
  index_.externals_.push_back({symbol_.symbol(), extent});
}

Status IndexReader::CheckDirectory() const {
  if (directory_bytes_ > kMaxDirectoryBytes) {
    return Error{ErrorKind::kLimitExceeded, "the index has too many documents or symbols"};
  }
  return {};
}

void IndexReader::FailDocument(std::string_view path, std::string_view message) {
  if (path.empty()) {
    ++unnamed_documents_;
    return;
  }
  directory_bytes_ += kEntryBytes + static_cast<int64_t>(path.size());
  index_.failures_.push_back(
      {std::string(path), IndexFailure(index_.summary_.label, kInvalid, message)});
}

void IndexReader::AddUnnamedFailures() {
  const std::string file = ToValidUtf8(std::filesystem::path(index_.path_).filename().string());
  const auto add = [&](int64_t count, std::string_view message) {
    if (count > 0) {
      Failure failure = IndexFailure(index_.summary_.label, kInvalid, message);
      failure.attrs["count"] = fmt::format("{}", count);
      index_.failures_.push_back({file, std::move(failure)});
    }
  };
  add(unnamed_documents_, "documents without a usable path are not valid");
  add(invalid_externals_, "symbols of other packages are not valid");
}

void IndexReader::SortDirectory() {
  std::ranges::sort(index_.documents_, {}, [](const DocumentEntry& entry) {
    return std::tie(entry.document_id, entry.extent.offset);
  });
  const auto again = std::ranges::unique(index_.documents_, {}, &DocumentEntry::document_id);
  for (const DocumentEntry& entry : again) {
    FailDocument(entry.path, "the index has another document of this path before");
  }
  index_.documents_.erase(again.begin(), again.end());

  std::ranges::sort(index_.externals_, {}, [](const ExternalEntry& entry) {
    return std::tie(entry.symbol, entry.extent.offset);
  });
  const auto repeated = std::ranges::unique(index_.externals_, {}, &ExternalEntry::symbol);
  index_.externals_.erase(repeated.begin(), repeated.end());
}

Status IndexReader::Skip(int64_t bytes) {
  while (bytes > 0) {
    const int step = static_cast<int>(std::min<int64_t>(bytes, std::numeric_limits<int>::max()));
    if (!stream_.Skip(step)) {
      return Unreadable("the file ends too early", stream_.ByteCount());
    }
    bytes -= step;
  }
  return {};
}

Error IndexReader::Unreadable(std::string_view why, int64_t offset) const {
  return {ErrorKind::kCorruptData, fmt::format("{}, at byte {}", why, offset)};
}

}  // namespace norma::extract::scip
