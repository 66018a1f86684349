#include "event/repair_utf8.h"

#include <cstdint>
#include <cstring>

#include "base/utf8.h"

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

}  // namespace

std::size_t validUtf8Prefix(std::string_view text) {
  for (std::size_t at = 0;;) {
    at = skipAscii(text, at);
    const std::size_t length = utf8SequenceLength(text, at);
    if (length == 0) return at;
    at += length;
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

}  // namespace oncue
