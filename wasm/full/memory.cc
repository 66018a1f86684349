// Small blocks of memory that were freed are kept by size, for the next that ask for as much: emmalloc, to which all others
// go, joins what it is given to its neighbours and cuts it up anew, which costs a server more than most calls need it.
#include <emscripten/emmalloc.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

struct Free {
  Free* next;
};

struct Kept {
  Free* first = nullptr;
  std::uint32_t count = 0;
};

constexpr std::size_t kStep = 8;  // as emmalloc aligns them
constexpr std::size_t kLargest = 512;
// About what one call needs; all that is kept is a megabyte at most.
constexpr std::uint32_t kMostOfSize = 64;

Kept keptOfSize[kLargest / kStep + 1];  // in steps

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  if (size > kLargest) return emmalloc_malloc(size);
  const std::size_t steps = (size + kStep - 1) / kStep;
  Kept& kept = keptOfSize[steps];
  Free* found = kept.first;
  if (found == nullptr) return emmalloc_malloc(steps * kStep);
  kept.first = found->next;
  --kept.count;
  return found;
}

void free(void* block) {
  if (block == nullptr) return;
  const std::size_t steps = emmalloc_usable_size(block) / kStep;
  if (steps > kLargest / kStep || keptOfSize[steps].count == kMostOfSize) return emmalloc_free(block);
  Kept& kept = keptOfSize[steps];
  Free* freed = static_cast<Free*>(block);
  freed->next = kept.first;
  kept.first = freed;
  ++kept.count;
}

void* realloc(void* block, std::size_t size) {
  if (block == nullptr) return malloc(size);
  if (size == 0 || size > kLargest) return emmalloc_realloc(block, size);
  const std::size_t room = emmalloc_usable_size(block);
  if (size <= room) return block;
  void* larger = malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, room);
  free(block);
  return larger;
}

}  // extern "C"
