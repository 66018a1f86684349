// A growable array whose growth, insertion and erasure are one function for all types of elements. std::vector's are code of
// their own for each type, and a page loads every byte of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace oncue {

// The part that does not know the elements, which it moves by copying their bytes.
struct RawVec {
  void* data = nullptr;
  std::uint32_t size = 0;
  std::uint32_t capacity = 0;

  // Room for one more element at `at`, the tail moved up; the new one is counted in, but not constructed.
  void* open(std::uint32_t at, std::uint32_t elementBytes);
  // Closes the gap that `count` destroyed elements left at `at`.
  void close(std::uint32_t at, std::uint32_t count, std::uint32_t elementBytes);
  void reserve(std::uint32_t wanted, std::uint32_t elementBytes);
  // Replaces the elements, which need no destruction, by copies of bytes.
  void assign(const void* from, std::uint32_t count, std::uint32_t elementBytes);
  void resizeWithZeros(std::uint32_t count, std::uint32_t elementBytes);
  void release();
};

// Exchanges two objects that hold no pointer into themselves and to which none points: moving every member by code of its
// own is several times as large.
template <class T>
void swapBytes(T& a, T& b) {
  alignas(T) char held[sizeof(T)];
  std::memcpy(held, static_cast<void*>(&a), sizeof(T));
  std::memcpy(static_cast<void*>(&a), static_cast<void*>(&b), sizeof(T));
  std::memcpy(static_cast<void*>(&b), held, sizeof(T));
}

// libstdc++'s std::string points into itself, so what may hold one is moved member by member there.
#ifdef _LIBCPP_VERSION
constexpr bool kStringsMoveAsBytes = true;
#else
constexpr bool kStringsMoveAsBytes = false;
#endif

template <class T>
class Vec {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  Vec() = default;
  explicit Vec(std::size_t count) { resize(count); }
  Vec(std::size_t count, const T& value) { assign(count, value); }
  Vec(std::initializer_list<T> items) { append(items.begin(), items.end()); }
  template <class It>
    requires(!std::is_integral_v<It>)
  Vec(It first, It last) {
    append(first, last);
  }
  Vec(const Vec& other) { copy(other); }
  Vec(Vec&& other) noexcept : raw_(other.raw_) { other.raw_ = {}; }
  Vec& operator=(const Vec& other) {
    if (this == &other) return *this;
    clear();
    copy(other);
    return *this;
  }
  Vec& operator=(Vec&& other) noexcept {
    std::swap(raw_, other.raw_);
    other.clear();
    return *this;
  }
  ~Vec() {
    destroy(begin(), end());
    raw_.release();
  }

  T* data() { return static_cast<T*>(raw_.data); }
  const T* data() const { return static_cast<const T*>(raw_.data); }
  T* begin() { return data(); }
  T* end() { return data() + raw_.size; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + raw_.size; }
  std::size_t size() const { return raw_.size; }
  std::size_t capacity() const { return raw_.capacity; }
  bool empty() const { return raw_.size == 0; }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  // Aborts outside of the elements; only the tests use it.
  const T& at(std::size_t i) const {
    if (i >= raw_.size) std::abort();
    return data()[i];
  }
  T& at(std::size_t i) { return const_cast<T&>(static_cast<const Vec&>(*this).at(i)); }
  T& front() { return *data(); }
  const T& front() const { return *data(); }
  T& back() { return data()[raw_.size - 1]; }
  const T& back() const { return data()[raw_.size - 1]; }

  void swap(Vec& other) { std::swap(raw_, other.raw_); }

  void reserve(std::size_t wanted) {
    if constexpr (kMovesAsBytes) {
      raw_.reserve(static_cast<std::uint32_t>(wanted), sizeof(T));
    } else if (wanted > raw_.capacity) {
      RawVec larger;
      larger.reserve(static_cast<std::uint32_t>(wanted), sizeof(T));
      for (T& item : *this) new (static_cast<T*>(larger.data) + larger.size++) T(std::move(item));
      destroy(begin(), end());
      raw_.release();
      raw_ = larger;
    }
  }

  void push_back(const T& value) { push_back(T(value)); }  // `value` may be an element
  void push_back(T&& value) { new (open(raw_.size)) T(std::move(value)); }
  template <class... Args>
  T& emplace_back(Args&&... args) {
    return *new (open(raw_.size)) T(std::forward<Args>(args)...);
  }
  void pop_back() { erase(end() - 1); }
  void clear() {
    destroy(begin(), end());
    raw_.size = 0;
  }
  void resize(std::size_t count) {
    if constexpr (std::is_arithmetic_v<T> || std::is_pointer_v<T>) {
      raw_.resizeWithZeros(static_cast<std::uint32_t>(count), sizeof(T));
    } else {
      if (count < raw_.size) erase(begin() + count, end());
      while (raw_.size < count) emplace_back();
    }
  }
  void resize(std::size_t count, const T& value) {
    if (count < raw_.size) erase(begin() + count, end());
    reserve(count);
    while (raw_.size < count) push_back(value);
  }
  void assign(std::size_t count, const T& value) {
    clear();
    resize(count, value);
  }
  template <class It>
    requires(!std::is_integral_v<It>)
  void assign(It first, It last) {
    clear();
    append(first, last);
  }
  T* insert(const T* at, T value) {
    return new (open(static_cast<std::uint32_t>(at - begin()))) T(std::move(value));
  }
  template <class It>
    requires(!std::is_integral_v<It> && !std::is_convertible_v<It, T>)
  T* insert(const T* at, It first, It last) {
    const auto start = static_cast<std::uint32_t>(at - begin());
    for (std::uint32_t i = start; first != last; ++first, ++i) insert(begin() + i, T(*first));
    return begin() + start;
  }
  T* erase(const T* at) { return erase(at, at + 1); }
  T* erase(const T* first, const T* last) {
    const auto at = static_cast<std::uint32_t>(first - begin());
    const auto count = static_cast<std::uint32_t>(last - first);
    if constexpr (kMovesAsBytes) {
      destroy(begin() + at, begin() + at + count);
      raw_.close(at, count, sizeof(T));
    } else {
      for (T* item = begin() + at; count != 0 && item + count != end(); ++item) *item = std::move(item[count]);
      destroy(end() - count, end());
      raw_.size -= count;
    }
    return begin() + at;
  }

  friend bool operator==(const Vec& a, const Vec& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!(a[i] == b[i])) return false;
    }
    return true;
  }

 private:
  static constexpr bool kMovesAsBytes = kStringsMoveAsBytes || std::is_scalar_v<T>;

  void* open(std::uint32_t at) {
    if constexpr (kMovesAsBytes) {
      return raw_.open(at, sizeof(T));
    } else {
      if (raw_.size == raw_.capacity) reserve(raw_.size == 0 ? 4 : std::size_t{raw_.size} * 2);
      T* const last = end();
      ++raw_.size;
      T* const gap = begin() + at;
      if (gap == last) return last;
      new (last) T(std::move(last[-1]));
      for (T* item = last - 1; item != gap; --item) *item = std::move(item[-1]);
      gap->~T();
      return gap;
    }
  }

  void copy(const Vec& other) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      raw_.assign(other.raw_.data, other.raw_.size, sizeof(T));
    } else {
      append(other.begin(), other.end());
    }
  }

  template <class It>
  void append(It first, It last) {
    for (; first != last; ++first) emplace_back(*first);
  }

  static void destroy(T* first, T* last) {
    if constexpr (!std::is_trivially_destructible_v<T>) {
      for (; first != last; ++first) first->~T();
    }
  }

  RawVec raw_;
};

// Erases every element for which `holds`, keeping the order of the others; returns how many.
template <class T, class Predicate>
std::size_t eraseIf(Vec<T>& vec, Predicate holds) {
  T* kept = vec.begin();
  for (T& item : vec) {
    if (holds(item)) continue;
    if (kept != &item) *kept = std::move(item);
    ++kept;
  }
  const auto erased = static_cast<std::size_t>(vec.end() - kept);
  vec.erase(kept, vec.end());
  return erased;
}

}  // namespace oncue
