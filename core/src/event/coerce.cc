#include "event/coerce.h"

#include <cstring>
#include <limits>
#include <string>

#include "base/calendar.h"
#include "base/number_text.h"
#include "event/uuid.h"

namespace oncue {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// wasm and every machine it runs on are little-endian: the first character is the lowest byte.
constexpr std::uint64_t kEachByte = 0x0101010101010101;

std::uint64_t load(const char* text) {
  std::uint64_t bytes;
  std::memcpy(&bytes, text, sizeof bytes);
  return bytes;
}

// Of eight decimal digits, given without their '0's.
std::uint64_t eightDigits(std::uint64_t digits) {
  digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FF;
  digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFF;
  return static_cast<std::uint32_t>(digits * 10'000 + (digits >> 32));
}

// The way times of today are written; they are all representable.
bool parseThirteenDigits(const char* text, std::int64_t& out) {
  const std::uint64_t first = load(text) ^ '0' * kEachByte;
  const std::uint64_t last = load(text + 5) ^ '0' * kEachByte;
  const std::uint64_t foreign = first | last | (first + 0x76 * kEachByte) | (last + 0x76 * kEachByte);
  if ((foreign & 0x80 * kEachByte) != 0) return false;
  constexpr std::uint64_t kBoth = 0xFFFFFF;  // the digits that are in `first`, too
  out = static_cast<std::int64_t>(eightDigits(first) * 100'000 + eightDigits(last & ~kBoth));
  return true;
}

constexpr std::size_t kLimitDigits = 16;  // no limit has more

// [+-]?\d+ within `limit` on either side of zero.
bool parseInteger(std::string_view text, std::int64_t limit, std::int64_t& out) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  while (text.size() > kLimitDigits && text[0] == '0') text.remove_prefix(1);
  if (text.empty() || text.size() > kLimitDigits) return false;
  std::int64_t value = 0;
  for (const char c : text) {
    if (!isDigit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (value > limit) return false;
  out = negative ? -value : value;
  return true;
}

constexpr std::int64_t kInt32Max = std::numeric_limits<std::int32_t>::max();
// Beyond year 9999, small enough that nothing overflows.
constexpr std::int64_t kEpochLimit = 1'000'000'000'000'000;

}  // namespace

EventValue tsvSafe(std::string_view text, Arena& arena) {
  std::size_t at = 0;
  while (at < text.size() && !isControl(text[at])) ++at;
  if (at < text.size()) {
    std::size_t size = 0;
    for (const char c : text) size += c == '\t' ? 4 : !isControl(c);
    char* out = static_cast<char*>(arena.allocate(size));
    const std::string_view safe{out, size};
    for (const char c : text) {
      if (c == '\t') {
        for (int i = 0; i < 4; ++i) *out++ = ' ';
      } else if (!isControl(c)) {
        *out++ = c;
      }
    }
    text = safe;
  }
  return text.empty() ? EventValue{} : EventValue::of(text);
}

EventValue asInteger(std::string_view text) {
  std::int64_t value;
  if (!parseInteger(text, kInt32Max + 1, value) || value > kInt32Max) return {};
  return EventValue::of(static_cast<double>(value));
}

EventValue asDecimal(std::string_view text) {
  double value;
  if (!parseNumber(text, value)) return {};
  return EventValue::of(value == 0 ? 0.0 : value);
}

EventValue asBoolean(std::string_view text) {
  if (text != "1" && text != "0") return {};
  return EventValue::boolean(text == "1");
}

EventValue asPlatform(std::string_view text) {
  constexpr std::string_view kPlatforms[] = {"web", "iot", "app", "mob", "pc", "cnsl", "tv", "srv", "headset"};
  for (const std::string_view platform : kPlatforms) {
    if (text == platform) return EventValue::of(platform);
  }
  return {};
}

EventValue asUuid(std::string_view text, Arena& arena) {
  EventId id;
  if (!parseUuid(text, id)) return {};
  const std::string canonical = uuidText(id);
  return EventValue::of(canonical == text ? text : arena.copy(canonical));
}

std::optional<std::int64_t> asEpochMs(std::string_view text) {
  std::int64_t value;
  if (text.size() == 13 && parseThirteenDigits(text.data(), value)) return value;
  if (!parseInteger(text, kEpochLimit, value) || !isRepresentable(value)) return std::nullopt;
  return value;
}

EventValue timestampValue(std::int64_t epochMs, Arena& arena) {
  if (!isRepresentable(epochMs)) return {};
  std::string text;
  appendIsoTimestamp(text, epochMs);
  return EventValue::of(arena.copy(text));
}

EventValue asDimension(std::string_view text, bool height) {
  const std::size_t x = text.find('x');
  if (x == 0 || x == std::string_view::npos || !isDigit(text[0]) || x + 1 == text.size() || !isDigit(text[x + 1])) {
    return {};
  }
  const EventValue width = asInteger(text.substr(0, x));
  const EventValue other = asInteger(text.substr(x + 1));
  if (width.isNull() || other.isNull()) return {};
  return height ? other : width;
}

std::string_view firstAddress(std::string_view text) { return text.substr(0, text.find_first_of(",| ")); }

}  // namespace oncue
