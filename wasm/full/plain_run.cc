// As core's, eight bytes at a time: states are kilobytes of them.
#include "base/plain_run.h"

#include <cstdint>
#include <cstring>

namespace oncue {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101;
constexpr std::uint64_t kHighBits = 0x80 * kEach;

// A high bit is set where a byte is 0, and nowhere if none is.
std::uint64_t zeros(std::uint64_t bytes) { return (bytes - kEach) & ~bytes & kHighBits; }

bool isAllPlain(const char* at) {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  const std::uint64_t beyondOrControl = (bytes | (bytes - 0x20 * kEach)) & kHighBits;
  return (beyondOrControl | zeros(bytes ^ '"' * kEach) | zeros(bytes ^ '\\' * kEach)) == 0;
}

}  // namespace

std::size_t skipPlain(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size() && isAllPlain(text.data() + at)) at += 8;
  for (; at < text.size(); ++at) {
    const auto c = static_cast<signed char>(text[at]);
    if (c < 0x20 || c == '"' || c == '\\') break;
  }
  return at;
}

}  // namespace oncue
