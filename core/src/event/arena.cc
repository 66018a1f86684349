#include "event/arena.h"

#include <cstring>

namespace oncue {
namespace {

constexpr std::size_t kBlockSize = 4096;
constexpr std::size_t kAlignment = alignof(std::max_align_t);

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

void* Arena::allocate(std::size_t size) {
  size = aligned(size);
  while (current_ < blocks_.size() && blocks_[current_].size - used_ < size) {
    ++current_;
    used_ = 0;
  }
  if (current_ == blocks_.size()) {
    const std::size_t fitting = size > kBlockSize ? size : kBlockSize;
    blocks_.push_back({std::make_unique<std::byte[]>(fitting), fitting});
  }
  void* begin = blocks_[current_].bytes.get() + used_;
  used_ += size;
  return begin;
}

void Arena::shrink(void* begin, std::size_t size) {
  used_ = static_cast<std::size_t>(static_cast<std::byte*>(begin) - blocks_[current_].bytes.get()) + aligned(size);
}

std::string_view Arena::copy(std::string_view text) {
  char* begin = static_cast<char*>(allocate(text.size()));
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
  return {begin, text.size()};
}

std::span<const EventValue> Arena::copy(std::span<const EventValue> values) {
  auto* begin = static_cast<EventValue*>(allocate(values.size_bytes()));
  for (std::size_t i = 0; i < values.size(); ++i) new (begin + i) EventValue(values[i]);
  return {begin, values.size()};
}

void Arena::reset() {
  current_ = 0;
  used_ = 0;
}

}  // namespace oncue
