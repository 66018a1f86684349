#include "event/coerce.h"

#include <limits>
#include <string>

#include "base/calendar.h"
#include "base/number_text.h"

namespace oncue {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

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

bool parseUuid(std::string_view text, EventId& out) {
  // By character from '0' to 'f'; every event has an id, and asking what each character is takes three times as long.
  constexpr char kDigits[] = "\0\1\2\3\4\5\6\7\10\11@@@@@@@\12\13\14\15\16\17@@@@@@@@@@@@@@@@@@@@@@@@@@\12\13\14\15\16\17";
  if (text.size() != 36) return false;
  std::uint32_t foreign = 0;
  const auto digit = [&](char c) {
    const std::uint32_t index = static_cast<std::uint32_t>(static_cast<unsigned char>(c)) - '0';
    const std::uint32_t value = index < sizeof kDigits - 1 ? static_cast<unsigned char>(kDigits[index]) : '@';
    foreign |= value;
    return value;
  };
  const char* at = text.data();
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) foreign |= static_cast<std::uint32_t>(*at++ ^ '-') << 8;
    const std::uint32_t high = digit(*at++);
    out[i] = static_cast<std::uint8_t>(high << 4 | digit(*at++));
  }
  return foreign < 16;
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

EventValue asUuid(std::string_view text, Arena& arena) {
  EventId id;
  if (!parseUuid(text, id)) return {};
  const std::string canonical = uuidText(id);
  return EventValue::of(canonical == text ? text : arena.copy(canonical));
}

std::optional<std::int64_t> asEpochMs(std::string_view text) {
  std::int64_t value;
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
