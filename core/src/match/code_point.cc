#include "match/code_point.h"

namespace oncue {

CodePoint decodeCodePoint(std::string_view text, size_t position) {
  constexpr uint32_t kSmallestOfLength[] = {0, 0, 0x80, 0x800, 0x10000};
  const uint32_t lead = static_cast<uint8_t>(text[position]);
  if (lead < 0x80) return {lead, 1};
  const uint32_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - position < length) return {kInvalidCodePoint, 1};
  uint32_t value = lead & (0x7Fu >> length);
  for (uint32_t i = 1; i < length; ++i) {
    const uint32_t byte = static_cast<uint8_t>(text[position + i]);
    if ((byte & 0xC0) != 0x80) return {kInvalidCodePoint, 1};
    value = value << 6 | (byte & 0x3F);
  }
  if (value < kSmallestOfLength[length] || value > kMaxCodePoint) value = kLooseCodePoint;
  return {value, length};
}

bool isWordByte(char byte) {
  const char lower = static_cast<char>(byte | 0x20);
  return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

}  // namespace oncue
