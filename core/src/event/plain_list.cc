#include "event/plain_list.h"

#include <cstring>

namespace oncue {

void* PlainMemory::extend(std::uint32_t count, std::uint32_t itemSize) {
  if (count == 0) return nullptr;
  const std::uint32_t size = size_ + count;
  if (size > capacity_) {
    capacity_ = size < 8 ? 8 : 2 * size;
    const std::uint64_t bytes = std::uint64_t{capacity_} * itemSize;
    data_ = bytes >> 31 != 0 ? nullptr : std::realloc(data_, static_cast<std::size_t>(bytes));
    if (data_ == nullptr) std::abort();
  }
  void* first = static_cast<char*>(data_) + static_cast<std::size_t>(size_) * itemSize;
  std::memset(first, 0, static_cast<std::size_t>(count) * itemSize);
  size_ = size;
  return first;
}

}  // namespace oncue
