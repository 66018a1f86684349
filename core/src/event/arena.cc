#include "event/arena.h"

#include <cstring>
#include <new>

namespace oncue {
namespace {

constexpr std::size_t kBlockSize = 4096;
constexpr std::size_t kAlignment = alignof(std::max_align_t);

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

Arena::~Arena() {
  for (const Block& block : blocks_) ::operator delete(block.bytes);
}

void* Arena::allocate(std::size_t size) {
  size = aligned(size);
  for (; current_ < blocks_.size(); ++current_, used_ = 0) {
    if (blocks_[current_].size - used_ >= size) break;
  }
  if (current_ == blocks_.size()) {
    const std::size_t fitting = size > kBlockSize ? size : kBlockSize;
    blocks_.push({static_cast<char*>(::operator new(fitting)), fitting});
  }
  void* begin = blocks_[current_].bytes + used_;
  used_ += size;
  return begin;
}

void Arena::shrink(void* begin, std::size_t size) {
  used_ = static_cast<std::size_t>(static_cast<char*>(begin) - blocks_[current_].bytes) + aligned(size);
}

std::string_view Arena::copy(std::string_view text) {
  char* begin = static_cast<char*>(allocate(text.size()));
  if (!text.empty()) std::memcpy(begin, text.data(), text.size());
  return {begin, text.size()};
}

void Arena::reset() {
  current_ = 0;
  used_ = 0;
}

}  // namespace oncue
