#pragma once

/// \file
/// A hash map from 64-bit keys to 32-bit values, made to be cleared and filled once per file.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace norma::extract::treesitter {

/// Open addressing without removal. Not safe to share.
class FlatMap {
 public:
  FlatMap() { Rehash(kSmallest); }

  /// Forgets all entries. Cost: the capacity, which shrinks back after a large file.
  void Clear() {
    if (slots_.size() > kSmallest && size_ * 16 < slots_.size()) {
      slots_ = std::vector<Slot>(kSmallest);
    } else {
      slots_.assign(slots_.size(), Slot{});
    }
    size_ = 0;
  }

  /// The value of `key`, which is added with `initial` if it is not there. The reference lives
  /// until the next call.
  uint32_t& FindOrAdd(uint64_t key, uint32_t initial) {
    if ((size_ + 1) * 4 > slots_.size() * 3) {
      Rehash(slots_.size() * 2);
    }
    Slot& slot = slots_[Place(key)];
    if (!slot.used) {
      slot = Slot{key, initial, true};
      ++size_;
    }
    return slot.value;
  }

  /// \return nullptr if there is no such key.
  const uint32_t* Find(uint64_t key) const {
    const Slot& slot = slots_[Place(key)];
    return slot.used ? &slot.value : nullptr;
  }

 private:
  struct Slot {
    uint64_t key = 0;
    uint32_t value = 0;
    bool used = false;
  };
  static constexpr size_t kSmallest = 1024;

  size_t Place(uint64_t key) const {
    uint64_t hash = key * 0x9E3779B97F4A7C15U;
    hash ^= hash >> 32;
    size_t at = static_cast<size_t>(hash) & (slots_.size() - 1);
    while (slots_[at].used && slots_[at].key != key) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  void Rehash(size_t capacity) {
    std::vector<Slot> old(capacity);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.used) {
        slots_[Place(slot.key)] = slot;
      }
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

/// Two 32-bit numbers as one key.
inline uint64_t PairKey(uint32_t high, uint32_t low) { return (uint64_t{high} << 32) | low; }

}  // namespace norma::extract::treesitter
