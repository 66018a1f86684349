// As core's, by table and a group at a time: states are kilobytes of base64. The table is too large for the pages' artefacts.
#include "event/base64url.h"

#include <array>
#include <cstdint>

namespace oncue {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Any bit of the first two is set in what no character stands for.
constexpr std::uint8_t kNone = 0xFF;
constexpr std::uint8_t kNoSextet = 0xC0;

// By character, of both alphabets.
constexpr std::array<std::uint8_t, 256> kSextets = [] {
  std::array<std::uint8_t, 256> sextets{};
  for (std::uint8_t& sextet : sextets) sextet = kNone;
  for (std::uint8_t i = 0; i < 64; ++i) sextets[static_cast<unsigned char>(kDigits[i])] = i;
  sextets['+'] = 62;
  sextets['/'] = 63;
  return sextets;
}();

std::uint32_t sextet(char c) { return kSextets[static_cast<unsigned char>(c)]; }
std::uint32_t byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

std::optional<std::string_view> decodeBase64(std::string_view text, Arena& arena) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  char* const begin = static_cast<char*>(arena.allocate(text.size()));
  char* out = begin;
  const char* in = text.data();
  std::uint32_t wrong = 0;
  for (const char* const end = in + (text.size() - rest); in != end; in += 4, out += 3) {
    const std::uint32_t a = sextet(in[0]), b = sextet(in[1]), c = sextet(in[2]), d = sextet(in[3]);
    wrong |= a | b | c | d;
    out[0] = static_cast<char>(a << 2 | b >> 4);
    out[1] = static_cast<char>(b << 4 | c >> 2);
    out[2] = static_cast<char>(c << 6 | d);
  }
  if (rest != 0) {
    const std::uint32_t a = sextet(in[0]), b = sextet(in[1]), c = rest == 3 ? sextet(in[2]) : 0;
    wrong |= a | b | c;
    *out++ = static_cast<char>(a << 2 | b >> 4);
    if (rest == 3) *out++ = static_cast<char>(b << 4 | c >> 2);
  }
  if ((wrong & kNoSextet) != 0) return std::nullopt;
  return std::string_view{begin, static_cast<std::size_t>(out - begin)};
}

std::string encodeBase64Url(std::string_view bytes) {
  std::string text((bytes.size() * 8 + 5) / 6, '\0');
  char* out = text.data();
  const char* in = bytes.data();
  const std::size_t rest = bytes.size() % 3;
  for (const char* const end = in + (bytes.size() - rest); in != end; in += 3, out += 4) {
    const std::uint32_t bits = byte(in[0]) << 16 | byte(in[1]) << 8 | byte(in[2]);
    out[0] = kDigits[bits >> 18];
    out[1] = kDigits[bits >> 12 & 63];
    out[2] = kDigits[bits >> 6 & 63];
    out[3] = kDigits[bits & 63];
  }
  if (rest == 0) return text;
  const std::uint32_t bits = byte(in[0]) << 8 | (rest == 2 ? byte(in[1]) : 0);
  out[0] = kDigits[bits >> 10];
  out[1] = kDigits[bits >> 4 & 63];
  if (rest == 2) out[2] = kDigits[bits << 2 & 63];
  return text;
}

}  // namespace oncue
