#include "match/pair_list.h"

namespace oncue {

PairList::PairList(uint32_t size) : pairs_(new NumberPair[size]()), size_(size), capacity_(size) {}

void PairList::push(uint32_t first, uint32_t second) {
  if (size_ == capacity_) {
    capacity_ = capacity_ * 2 + 8;
    std::unique_ptr<NumberPair[]> larger(new NumberPair[capacity_]);
    for (uint32_t i = 0; i < size_; ++i) larger[i] = pairs_[i];
    pairs_.swap(larger);
  }
  pairs_[size_++] = {first, second};
}

void PairList::insert(uint32_t index, uint32_t first, uint32_t second) {
  push(first, second);
  for (uint32_t i = size_ - 1; i > index; --i) std::swap(pairs_[i], pairs_[i - 1]);
}

void PairList::remove(uint32_t begin, uint32_t end) {
  while (end < size_) pairs_[begin++] = pairs_[end++];
  size_ = begin;
}

}  // namespace oncue
