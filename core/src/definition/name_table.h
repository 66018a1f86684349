// (kind, name) -> index, as a hash table that costs little code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oncue/vec.h"

namespace oncue {

class NameTable {
 public:
  // kNone when the name was never set.
  std::uint32_t find(char kind, std::string_view name) const;
  // The index of a name, kNone at first; valid until the next call.
  std::uint32_t& at(char kind, std::string_view name);

 private:
  struct Slot {
    std::uint32_t begin;  // of the name in text_, kNone = free
    std::uint32_t size;
    std::uint32_t index;
    char kind;
  };

  std::size_t slotOf(char kind, std::string_view name) const;
  void grow();

  std::string text_;
  Vec<Slot> slots_;  // a power of two, at most half in use
  std::uint32_t used_ = 0;
};

}  // namespace oncue
