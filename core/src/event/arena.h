// Memory for texts and arrays made while reading one event, reused by the next.
#pragma once

#include <cstddef>
#include <string_view>

#include "event/plain_list.h"
#include "oncue/value.h"

namespace oncue {

// Blocks never move, so views stay valid until reset(). Once warm, an event no larger than the ones before it
// allocates nothing.
class Arena {
 public:
  Arena() = default;
  ~Arena();

  // `size` bytes, aligned for any scalar.
  void* allocate(std::size_t size);

  // Gives the tail of the latest allocation back: `begin` is what allocate() returned.
  void shrink(void* begin, std::size_t size);

  std::string_view copy(std::string_view text);

  bool used() const { return current_ != 0 || used_ != 0; }
  void reset();

 private:
  struct Block {
    char* bytes;
    std::size_t size;
  };

  PlainList<Block> blocks_;
  std::uint32_t current_ = 0;  // blocks_ index
  std::size_t used_ = 0;       // bytes of the current block
};

}  // namespace oncue
