#include "event/plain_list.h"

#include <cstring>

namespace oncue {

void* PlainMemory::extend(std::uint32_t count, std::uint32_t itemSize) {
  const std::uint32_t size = size_ + count;
  if (size > capacity_) {
    capacity_ = size < 8 ? 8 : 2 * size;
    data_ = std::realloc(data_, static_cast<std::size_t>(capacity_) * itemSize);
  }
  void* first = static_cast<char*>(data_) + static_cast<std::size_t>(size_) * itemSize;
  std::memset(first, 0, static_cast<std::size_t>(count) * itemSize);
  size_ = size;
  return first;
}

}  // namespace oncue
