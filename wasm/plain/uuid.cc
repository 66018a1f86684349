// As core's, in fewer bytes.
#include "event/uuid.h"

#include <array>

namespace oncue {
namespace {

// By character.
constexpr auto kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  for (std::uint8_t& digit : digits) digit = 0xFF;
  for (std::uint8_t i = 0; i < 10; ++i) digits['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) digits['a' + i] = digits['A' + i] = static_cast<std::uint8_t>(10 + i);
  return digits;
}();

// Bit i: one stands before byte i.
constexpr std::uint32_t kHyphens = 0x550;

}  // namespace

bool parseUuid(std::string_view text, EventId& out) {
  if (text.size() != 36) return false;
  std::uint32_t foreign = 0;
  const char* at = text.data();
  for (std::size_t i = 0; i < 16; ++i) {
    if (kHyphens >> i & 1) foreign |= static_cast<std::uint32_t>(*at++ ^ '-') << 4;
    const std::uint32_t high = kDigits[static_cast<unsigned char>(*at++)];
    const std::uint32_t low = kDigits[static_cast<unsigned char>(*at++)];
    foreign |= high | low;
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return foreign < 16;
}

std::string uuidText(const EventId& id) {
  std::string text(36, '-');
  char* at = text.data();
  for (std::size_t i = 0; i < 16; ++i) {
    at += kHyphens >> i & 1;
    *at++ = "0123456789abcdef"[id[i] >> 4];
    *at++ = "0123456789abcdef"[id[i] & 15];
  }
  return text;
}

}  // namespace oncue
