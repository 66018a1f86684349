#include "event/uuid.h"

#include <cstdint>
#include <cstring>

namespace oncue {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101;

// The four bytes that eight hexadecimal digits spell, four and four of them. Where one is none, a byte of `foreign` gets its
// highest bit.
inline std::uint32_t readDigits(const char* first, const char* last, std::uint64_t& foreign) {
  // wasm and every machine it runs on are little-endian: the first character is the lowest byte.
  std::uint32_t halves[2];
  std::memcpy(halves, first, 4);
  std::memcpy(halves + 1, last, 4);
  const std::uint64_t text = halves[0] | std::uint64_t{halves[1]} << 32;
  const std::uint64_t lower = text | 0x20 * kEach;
  const std::uint64_t isDecimal = (text + (0x80 - '0') * kEach) & ~(text + (0x7F - '9') * kEach);
  const std::uint64_t isLetter = (lower + (0x80 - 'a') * kEach) & ~(lower + (0x7F - 'f') * kEach);
  // Beyond ASCII the sums carry into the next byte, but there is nothing left to find out.
  foreign |= text | ~(isDecimal | isLetter);
  const std::uint64_t digits = (text & 0x0F * kEach) + 9 * (text >> 6 & kEach);
  std::uint64_t bytes = digits * 0x1001 >> 8 & 0x00FF00FF00FF00FF;
  bytes = (bytes | bytes >> 8) & 0x0000FFFF0000FFFF;
  return static_cast<std::uint32_t>(bytes | bytes >> 16);
}

}  // namespace

// Every event has an id, and one character after the other takes twice as long.
bool parseUuid(std::string_view text, EventId& out) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  const char* at = text.data();
  std::uint64_t foreign = 0;
  const std::uint32_t quarters[] = {readDigits(at, at + 4, foreign), readDigits(at + 9, at + 14, foreign),
                                    readDigits(at + 19, at + 24, foreign), readDigits(at + 28, at + 32, foreign)};
  std::memcpy(out.data(), quarters, sizeof quarters);
  return (foreign & 0x80 * kEach) == 0;
}

std::string uuidText(const EventId& id) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[id[i] >> 4];
    text += kHex[id[i] & 15];
  }
  return text;
}

}  // namespace oncue
