#include "event/utf8.h"

#include <cstring>

#include "match/code_point.h"

namespace oncue {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

std::size_t skipAscii(std::string_view text, std::size_t at) {
  for (std::uint64_t word; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (word & kHighBits) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

bool isScalarValue(std::uint32_t codePoint) {
  return codePoint <= kMaxCodePoint && (codePoint < 0xD800 || codePoint > 0xDFFF);
}

}  // namespace

std::size_t validUtf8Prefix(std::string_view text) {
  for (std::size_t at = 0;;) {
    at = skipAscii(text, at);
    if (at == text.size()) return at;
    const CodePoint unit = decodeCodePoint(text, at);
    if (!isScalarValue(unit.value)) return at;
    at += unit.length;
  }
}

void appendRepairedUtf8(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t valid = validUtf8Prefix(text);
    out.append(text.substr(0, valid));
    if (valid == text.size()) return;
    out.append("\xEF\xBF\xBD");
    text.remove_prefix(valid + 1);
  }
}

char* writeUtf8(char* out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return out;
}

}  // namespace oncue
