#include "base/utf8.h"

namespace oncue {

std::size_t utf8SequenceLength(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned b = byte(at);
  const unsigned next = byte(at + 1);
  if (b < 0x80) return at < s.size() ? 1 : 0;
  if (b >= 0xC2 && b <= 0xDF) return tail(at + 1) ? 2 : 0;
  if (b >= 0xE0 && b <= 0xEF) {
    const bool range = (b != 0xE0 || next >= 0xA0) && (b != 0xED || next <= 0x9F);
    return range && tail(at + 1) && tail(at + 2) ? 3 : 0;
  }
  if (b >= 0xF0 && b <= 0xF4) {
    const bool range = (b != 0xF0 || next >= 0x90) && (b != 0xF4 || next <= 0x8F);
    return range && tail(at + 1) && tail(at + 2) && tail(at + 3) ? 4 : 0;
  }
  return 0;
}

void appendUtf8(std::string& out, std::uint32_t codePoint) {
  const auto put = [&](std::uint32_t lead, int shift) {
    out += static_cast<char>(lead | codePoint >> shift);
    while ((shift -= 6) >= 0) out += static_cast<char>(0x80 | (codePoint >> shift & 0x3F));
  };
  if (codePoint < 0x80) return put(0, 0);
  if (codePoint < 0x800) return put(0xC0, 6);
  if (codePoint < 0x10000) return put(0xE0, 12);
  put(0xF0, 18);
}

}  // namespace oncue
