#include "norma/delta/parquet_footer.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

namespace norma::delta {
namespace {

constexpr std::string_view kMagic = "PAR1";
/// The footer's length and the magic bytes after it.
constexpr uint64_t kTrailerBytes = 8;
/// FileMetaData.num_rows.
constexpr int kRowCountField = 3;
constexpr int kMaxDepth = 16;

/// Reads values of the Thrift compact protocol. After the first failure everything is empty.
class CompactReader {
 public:
  enum class Type : uint8_t {
    kStop = 0,
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kInt16 = 4,
    kInt32 = 5,
    kInt64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kMap = 11,
    kStruct = 12,
  };

  explicit CompactReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<uint8_t> Byte() {
    if (bytes_.empty()) {
      return std::nullopt;
    }
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::optional<uint64_t> Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = Byte();
      if (!byte.has_value()) {
        return std::nullopt;
      }
      value |= static_cast<uint64_t>(*byte & 0x7fU) << shift;
      if ((*byte & 0x80U) == 0) {
        return value;
      }
    }
    return std::nullopt;
  }

  std::optional<int64_t> Zigzag() {
    const auto value = Varint();
    if (!value.has_value()) {
      return std::nullopt;
    }
    return static_cast<int64_t>(*value >> 1U) ^ -static_cast<int64_t>(*value & 1U);
  }

  /// The next field's type, its id in `id`; kStop at the end of the struct.
  std::optional<Type> Field(int64_t& id) {
    const auto header = Byte();
    if (!header.has_value()) {
      return std::nullopt;
    }
    const auto type = static_cast<Type>(*header & 0x0fU);
    if (type == Type::kStop) {
      return type;
    }
    if (const int64_t step = *header >> 4U; step != 0) {
      id += step;
      return type;
    }
    const auto given = Zigzag();
    if (!given.has_value()) {
      return std::nullopt;
    }
    id = *given;
    return type;
  }

  bool Skip(Type type, int depth) {
    if (depth > kMaxDepth) {
      return false;
    }
    switch (type) {
      case Type::kStop:
        return false;
      case Type::kTrue:
      case Type::kFalse:
        return true;
      case Type::kByte:
        return Byte().has_value();
      case Type::kInt16:
      case Type::kInt32:
      case Type::kInt64:
        return Varint().has_value();
      case Type::kDouble:
        return SkipBytes(8);
      case Type::kBinary: {
        const auto size = Varint();
        return size.has_value() && SkipBytes(*size);
      }
      case Type::kList:
      case Type::kSet:
        return SkipList(depth);
      case Type::kMap:
        return SkipMap(depth);
      case Type::kStruct:
        return SkipStruct(depth);
    }
    return false;
  }

 private:
  bool SkipBytes(uint64_t count) {
    if (count > bytes_.size()) {
      return false;
    }
    bytes_.remove_prefix(count);
    return true;
  }

  /// Items are at least a byte, except the booleans' fields; so a count beyond what is left is
  /// wrong.
  bool SkipItems(Type type, uint64_t count, int depth) {
    if (count > bytes_.size()) {
      return false;
    }
    const bool is_bool = type == Type::kTrue || type == Type::kFalse;
    for (uint64_t i = 0; i < count; ++i) {
      if (!Skip(is_bool ? Type::kByte : type, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  bool SkipList(int depth) {
    const auto header = Byte();
    if (!header.has_value()) {
      return false;
    }
    std::optional<uint64_t> count = *header >> 4U;
    if (*count == 15) {
      count = Varint();
    }
    return count.has_value() && SkipItems(static_cast<Type>(*header & 0x0fU), *count, depth);
  }

  bool SkipMap(int depth) {
    const auto count = Varint();
    if (!count.has_value() || *count > bytes_.size()) {
      return false;
    }
    if (*count == 0) {
      return true;
    }
    const auto types = Byte();
    if (!types.has_value()) {
      return false;
    }
    for (uint64_t i = 0; i < *count; ++i) {
      if (!SkipItems(static_cast<Type>(*types >> 4U), 1, depth) ||
          !SkipItems(static_cast<Type>(*types & 0x0fU), 1, depth)) {
        return false;
      }
    }
    return true;
  }

  bool SkipStruct(int depth) {
    int64_t id = 0;
    while (true) {
      const auto type = Field(id);
      if (!type.has_value()) {
        return false;
      }
      if (*type == Type::kStop) {
        return true;
      }
      if (!Skip(*type, depth + 1)) {
        return false;
      }
    }
  }

  std::string_view bytes_;
};

Error Corrupt(std::string_view what, const std::string& path) {
  return Error{ErrorKind::kCorruptData, fmt::format("{}: {}", what, path)};
}

}  // namespace

Result<int64_t> FooterRowCount(std::string_view footer) {
  CompactReader reader(footer);
  int64_t id = 0;
  while (true) {
    const auto type = reader.Field(id);
    if (!type.has_value() || *type == CompactReader::Type::kStop) {
      return Error{ErrorKind::kCorruptData, "the Parquet footer states no row count"};
    }
    if (id == kRowCountField && *type == CompactReader::Type::kInt64) {
      const auto rows = reader.Zigzag();
      if (!rows.has_value() || *rows < 0) {
        return Error{ErrorKind::kCorruptData, "the Parquet footer states no possible row count"};
      }
      return *rows;
    }
    if (!reader.Skip(*type, 0)) {
      return Error{ErrorKind::kCorruptData, "the Parquet footer is cut or changed"};
    }
  }
}

Result<int64_t> ParquetRowCount(const std::string& path) {
  std::error_code failure;
  const uint64_t size = std::filesystem::file_size(path, failure);
  if (failure) {
    return Error{ErrorKind::kNotFound, fmt::format("no such data file: {}", path)};
  }
  std::ifstream file(path, std::ios::binary);
  const auto read = [&file](uint64_t from, uint64_t count) {
    std::string bytes(count, '\0');
    file.seekg(static_cast<std::streamoff>(from));
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    return file ? bytes : std::string();
  };
  if (size < kMagic.size() + kTrailerBytes || read(0, kMagic.size()) != kMagic) {
    return Corrupt("data file does not begin as Parquet does", path);
  }
  const std::string trailer = read(size - kTrailerBytes, kTrailerBytes);
  if (!trailer.ends_with(kMagic)) {
    return Corrupt("data file does not end as Parquet does", path);
  }
  uint64_t footer_bytes = 0;
  for (size_t i = 4; i-- > 0;) {
    footer_bytes = footer_bytes << 8U | static_cast<uint8_t>(trailer[i]);
  }
  if (footer_bytes > size - kMagic.size() - kTrailerBytes) {
    return Corrupt("data file states a footer larger than itself", path);
  }
  return FooterRowCount(read(size - kTrailerBytes - footer_bytes, footer_bytes)).WithContext(path);
}

}  // namespace norma::delta
