#include "event/iglu_uri.h"

#include <limits>

namespace oncue {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isNameCharacter(char c, bool dots) {
  const char lower = static_cast<char>(c | 0x20);
  return isDigit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '_' || (dots && c == '.');
}

// Takes everything up to the next slash; false when that is missing, empty or has a foreign character.
bool takeName(std::string_view& rest, std::string_view& part, bool dots) {
  const std::size_t slash = rest.find('/');
  if (slash == 0 || slash == std::string_view::npos) return false;
  part = rest.substr(0, slash);
  for (const char c : part) {
    if (!isNameCharacter(c, dots)) return false;
  }
  rest.remove_prefix(slash + 1);
  return true;
}

bool takeNumber(std::string_view& rest, bool zeroAllowed, std::uint32_t& number) {
  constexpr std::uint32_t kMax = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < rest.size() && isDigit(rest[digits]); ++digits) {
    value = value * 10 + static_cast<std::uint64_t>(rest[digits] - '0');
    if (value > kMax) value = kMax;
  }
  if (digits == 0 || (rest[0] == '0' && !(zeroAllowed && digits == 1))) return false;
  rest.remove_prefix(digits);
  number = static_cast<std::uint32_t>(value);
  return true;
}

bool takeDash(std::string_view& rest) {
  if (rest.empty() || rest[0] != '-') return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<IgluUri> parseIgluUri(std::string_view text) {
  constexpr std::string_view kProtocol = "iglu:";
  if (text.substr(0, kProtocol.size()) != kProtocol) return std::nullopt;
  text.remove_prefix(kProtocol.size());
  IgluUri uri;
  std::uint32_t ignored;
  if (!takeName(text, uri.vendor, true) || !takeName(text, uri.name, false) || !takeName(text, uri.format, false)) {
    return std::nullopt;
  }
  uri.version = text;
  if (!takeNumber(text, false, uri.major) || !takeDash(text) || !takeNumber(text, true, ignored) || !takeDash(text) ||
      !takeNumber(text, true, ignored) || !text.empty()) {
    return std::nullopt;
  }
  return uri;
}

}  // namespace oncue
