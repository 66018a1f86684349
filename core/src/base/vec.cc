#include "oncue/vec.h"

#include <cstdlib>
#include <cstring>

namespace oncue {

void RawVec::reserve(std::uint32_t wanted, std::uint32_t elementBytes) {
  if (wanted <= capacity) return;
  data = std::realloc(data, std::size_t{wanted} * elementBytes);
  if (data == nullptr) std::abort();
  capacity = wanted;
}

void* RawVec::open(std::uint32_t at, std::uint32_t elementBytes) {
  if (size == capacity) reserve(size == 0 ? 4 : size * 2, elementBytes);
  char* const gap = static_cast<char*>(data) + std::size_t{at} * elementBytes;
  if (at != size) std::memmove(gap + elementBytes, gap, std::size_t{size - at} * elementBytes);
  ++size;
  return gap;
}

void RawVec::close(std::uint32_t at, std::uint32_t count, std::uint32_t elementBytes) {
  size -= count;
  char* const gap = static_cast<char*>(data) + std::size_t{at} * elementBytes;
  if (at != size) std::memmove(gap, gap + std::size_t{count} * elementBytes, std::size_t{size - at} * elementBytes);
}

void RawVec::assign(const void* from, std::uint32_t count, std::uint32_t elementBytes) {
  reserve(count, elementBytes);
  if (count != 0) std::memcpy(data, from, std::size_t{count} * elementBytes);
  size = count;
}

void RawVec::resizeWithZeros(std::uint32_t count, std::uint32_t elementBytes) {
  reserve(count, elementBytes);
  if (count > size) {
    std::memset(static_cast<char*>(data) + std::size_t{size} * elementBytes, 0, std::size_t{count - size} * elementBytes);
  }
  size = count;
}

void RawVec::release() {
  std::free(data);
  *this = {};
}

}  // namespace oncue
