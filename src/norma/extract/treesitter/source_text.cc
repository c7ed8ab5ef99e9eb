#include "norma/extract/treesitter/source_text.h"

#include <xxhash.h>

#include <algorithm>

#include "norma/base/unicode.h"

namespace norma::extract::treesitter {
namespace {

void AppendLatin1(std::string_view bytes, std::string& out) {
  for (const char byte : bytes) {
    const auto code = static_cast<unsigned char>(byte);
    if (code < 0x80) {
      out += byte;
    } else {
      out += static_cast<char>(0xC0 | (code >> 6));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
}

uint64_t HashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

constexpr size_t kSmallestTable = 1024;

}  // namespace

SourceText::SourceText(const source::SourceFile& file)
    : file_(file),
      is_plain_(file.encoding.ascii ||
                (file.encoding.utf8_valid && file.encoding.name != "iso-8859-1")),
      is_latin1_(file.encoding.name == "iso-8859-1") {}

std::string_view SourceText::Text(uint32_t bstart, uint32_t bend) {
  const std::string_view raw = Raw(bstart, bend);
  if (is_plain_) {
    return raw;
  }
  if (is_latin1_) {
    scratch_.clear();
    AppendLatin1(raw, scratch_);
  } else {
    scratch_ = ToValidUtf8(raw);
  }
  return scratch_;
}

std::string_view SourceText::CutText(uint32_t bstart, uint32_t bend) {
  // Decoding never shortens, so what lies beyond this prefix cannot be among the first bytes; the
  // last character of the prefix may be torn, and is cut away again.
  constexpr uint32_t kLongestCharacter = 4;
  const uint32_t end =
      bstart + std::min(bend - bstart, static_cast<uint32_t>(kMaxCutText) + kLongestCharacter);
  return CutUtf8(Text(bstart, end), kMaxCutText);
}

NameTable::NameTable() { Clear(); }

void NameTable::Clear() {
  slots_.assign(kSmallestTable, Slot{});
  used_ = 0;
  spellings_.clear();
  names_.assign(1, std::string_view());
}

NameTable::Id NameTable::Intern(std::string_view text) {
  if (text.empty()) {
    return kEmpty;
  }
  const uint64_t hash = HashOf(text);
  const Slot& slot = slots_[Place(text, hash)];
  if (slot.id != kEmpty) {
    return slot.id;
  }
  if (IsAscii(text)) {
    return Add(text, hash, kEmpty);
  }
  const std::string normalized = NfkcIdentifier(text);
  if (normalized == text) {
    return Add(text, hash, kEmpty);
  }
  const Id id = InternExact(normalized);
  return Add(text, hash, id);
}

NameTable::Id NameTable::InternExact(std::string_view text) {
  if (text.empty()) {
    return kEmpty;
  }
  const uint64_t hash = HashOf(text);
  const Slot& slot = slots_[Place(text, hash)];
  return slot.id != kEmpty ? slot.id : Add(text, hash, kEmpty);
}

size_t NameTable::Place(std::string_view text, uint64_t hash) const {
  size_t at = static_cast<size_t>(hash) & (slots_.size() - 1);
  while (slots_[at].id != kEmpty && (slots_[at].hash != hash || slots_[at].spelling != text)) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return at;
}

NameTable::Id NameTable::Add(std::string_view text, uint64_t hash, Id id) {
  if ((used_ + 1) * 4 > slots_.size() * 3) {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.id != kEmpty) {
        slots_[Place(slot.spelling, slot.hash)] = slot;
      }
    }
  }
  const std::string_view spelling = spellings_.emplace_back(text);
  if (id == kEmpty) {
    id = static_cast<Id>(names_.size());
    names_.push_back(spelling);
  }
  slots_[Place(spelling, hash)] = Slot{spelling, id, hash};
  ++used_;
  return id;
}

}  // namespace norma::extract::treesitter
