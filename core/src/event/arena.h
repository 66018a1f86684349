// Memory for texts and arrays made while reading one event, reused by the next.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "oncue/value.h"

namespace oncue {

// Blocks never move, so views stay valid until reset(). Once warm, an event no larger than the ones before it
// allocates nothing.
class Arena {
 public:
  // `size` bytes, aligned for any scalar.
  void* allocate(std::size_t size);

  // Gives the tail of the latest allocation back: `begin` is what allocate() returned.
  void shrink(void* begin, std::size_t size);

  std::string_view copy(std::string_view text);
  std::span<const EventValue> copy(std::span<const EventValue> values);

  void reset();

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
  };

  std::vector<Block> blocks_;
  std::size_t current_ = 0;  // blocks_ index
  std::size_t used_ = 0;     // bytes of the current block
};

}  // namespace oncue
