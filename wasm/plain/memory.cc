// A small allocator: blocks of powers of two, each kind with a list of free ones. It takes a third of emmalloc's bytes,
// for about twice the memory, of which a page's engine needs little.
#include "memory.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

extern "C" unsigned char __heap_base;

namespace oncue::plain {

// Before each block: which power of two it is, and the next block of its region, null outside of one.
struct alignas(8) Header {
  std::uint32_t power;
  Header* next;
};

}  // namespace oncue::plain

namespace {

using oncue::plain::Header;

struct Free {
  Free* next;
};

constexpr std::uint32_t kSmallestPower = 4;
constexpr std::uint32_t kPage = 65536;

Free* freeBlocks[32];
std::uintptr_t unused = 0;  // from here on memory is untouched
Header* region = nullptr;   // its latest block; null outside
Header lastOfRegion;

Header* headerOf(void* block) { return static_cast<Header*>(block) - 1; }

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  std::uint32_t power = kSmallestPower;
  while ((std::size_t{1} << power) < size + sizeof(Header)) {
    if (++power == 31) return nullptr;
  }
  Header* header;
  if (Free* found = freeBlocks[power]) {
    freeBlocks[power] = found->next;
    header = headerOf(found);
  } else {
    if (unused == 0) unused = (reinterpret_cast<std::uintptr_t>(&__heap_base) + 7) & ~std::uintptr_t{7};
    const std::uintptr_t end = unused + (std::size_t{1} << power);
    const std::uintptr_t have = std::uintptr_t{__builtin_wasm_memory_size(0)} * kPage;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have) / kPage + 1) == SIZE_MAX) return nullptr;
    header = reinterpret_cast<Header*>(unused);
    header->power = power;
    unused = end;
  }
  header->next = region;
  if (region != nullptr) region = header;
  return header + 1;
}

void free(void* block) {
  if (block == nullptr || headerOf(block)->next != nullptr) return;
  Free*& first = freeBlocks[headerOf(block)->power];
  Free* freed = static_cast<Free*>(block);
  freed->next = first;
  first = freed;
}

void* realloc(void* block, std::size_t size) {
  const std::size_t room = block == nullptr ? 0 : (std::size_t{1} << headerOf(block)->power) - sizeof(Header);
  if (size <= room) return block;
  void* larger = malloc(size);
  if (larger != nullptr && block != nullptr) {
    std::memcpy(larger, block, room);
    free(block);
  }
  return larger;
}

}  // extern "C"

namespace oncue::plain {

void beginRegion() { region = &lastOfRegion; }

Header* endRegion() {
  Header* ended = region;
  region = nullptr;
  return ended;
}

void freeRegion(Header* at) {
  while (at != &lastOfRegion) {
    Header* const header = at;
    at = header->next;
    header->next = nullptr;
    free(header + 1);
  }
}

}  // namespace oncue::plain
