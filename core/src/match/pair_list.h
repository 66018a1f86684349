#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace oncue {

struct NumberPair {
  uint32_t first;
  uint32_t second;
};

/// A growable array of number pairs: the one container of this room. Programs, sets, threads and open groups all live
/// in it because Vec for each of them costs a page 2.5 KB.
class PairList {
 public:
  PairList() = default;
  /// A list of `size` pairs of zeros.
  explicit PairList(uint32_t size);
  PairList(PairList&& other) noexcept { swap(other); }
  PairList& operator=(PairList&& other) noexcept {
    swap(other);
    return *this;
  }

  uint32_t size() const { return size_; }
  /// `index` must be below size().
  NumberPair& operator[](uint32_t index) { return pairs_[index]; }
  const NumberPair& operator[](uint32_t index) const { return pairs_[index]; }

  void push(uint32_t first, uint32_t second);
  /// Puts a pair before the one at `index`, or at the end if `index` is size().
  void insert(uint32_t index, uint32_t first, uint32_t second);
  /// Removes the pairs from `begin` up to, not including, `end`.
  void remove(uint32_t begin, uint32_t end);

 private:
  void swap(PairList& other) {
    pairs_.swap(other.pairs_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<NumberPair[]> pairs_;
  uint32_t size_ = 0;
  uint32_t capacity_ = 0;
};

}  // namespace oncue
