#include "norma/extract/treesitter/parser_memory.h"

#include <malloc.h>
#include <tree_sitter/api.h>

#include <cstdlib>

namespace norma::extract::treesitter {
namespace {

thread_local int64_t held_bytes = 0;

/// What a block takes, by the allocator's own account; 0 for none.
int64_t SizeOf(void* block) { return static_cast<int64_t>(malloc_usable_size(block)); }

/// tree-sitter does not expect to be refused, and neither does anything else here.
void* Counted(void* block) {
  if (block == nullptr) {
    std::abort();
  }
  held_bytes += SizeOf(block);
  return block;
}

void* Allocate(size_t size) { return Counted(std::malloc(size == 0 ? 1 : size)); }

void* AllocateZeroed(size_t count, size_t size) {
  return Counted(count == 0 || size == 0 ? std::calloc(1, 1) : std::calloc(count, size));
}

void* Reallocate(void* block, size_t size) {
  held_bytes -= SizeOf(block);
  return Counted(std::realloc(block, size == 0 ? 1 : size));
}

void Free(void* block) {
  held_bytes -= SizeOf(block);
  std::free(block);
}

}  // namespace

void CountParserMemory() {
  // A static is set up once, whichever thread comes first.
  [[maybe_unused]] static const bool kInstalled = [] {
    ts_set_allocator(Allocate, AllocateZeroed, Reallocate, Free);
    return true;
  }();
}

int64_t ParserMemory() { return held_bytes; }

}  // namespace norma::extract::treesitter
