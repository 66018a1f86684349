// A growing array of plain data. All element types share one growth routine: every type that Vec is used with
// adds half a KB to what a page loads.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <type_traits>

namespace oncue {

class PlainMemory {
 public:
  PlainMemory() = default;
  PlainMemory(const PlainMemory&) = delete;
  PlainMemory& operator=(const PlainMemory&) = delete;
  ~PlainMemory() { std::free(data_); }

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 protected:
  // Adds `count` zeroed items and returns the first. Without memory the program ends, as it does for Vec.
  void* extend(std::uint32_t count, std::uint32_t itemSize);

  void* data_ = nullptr;
  std::uint32_t size_ = 0;

 private:
  std::uint32_t capacity_ = 0;
};

// Items are zeroed where the list makes them; none is ever destroyed.
template <class T>
class PlainList : public PlainMemory {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  T& operator[](std::uint32_t i) { return begin()[i]; }
  const T& operator[](std::uint32_t i) const { return begin()[i]; }
  T* begin() { return static_cast<T*>(data_); }
  T* end() { return begin() + size_; }
  const T* begin() const { return static_cast<const T*>(data_); }
  const T* end() const { return begin() + size_; }

  void push(T item) { *static_cast<T*>(extend(1, sizeof(T))) = item; }
  void extend(std::uint32_t count) { extend(count, sizeof(T)); }
  void truncate(std::uint32_t size) { size_ = size; }

 private:
  using PlainMemory::extend;
};

}  // namespace oncue
