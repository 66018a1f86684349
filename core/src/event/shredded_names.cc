#include "event/shredded_names.h"

#include <string>

namespace oncue {
namespace {

bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool isSpelledBy(bool scala, std::string_view text, std::string_view vendor, std::string_view name,
                 std::uint32_t major) {
  const auto take = [&](char c) {
    if (text.empty() || text[0] != c) return false;
    text.remove_prefix(1);
    return true;
  };
  const auto takePlain = [&](char c) {
    if (isUpper(c)) c = static_cast<char>(c | 0x20);
    return take(c == '.' || (scala && c == '-') ? '_' : c);
  };
  for (const char c : vendor) {
    if (!takePlain(c)) return false;
  }
  if (!take('_')) return false;
  char previous = '_';
  for (const char c : name) {
    const bool parted = isUpper(c) && previous != '_' && !(scala && (isUpper(previous) || previous == '-'));
    if ((parted && !take('_')) || !takePlain(c)) return false;
    previous = c;
  }
  return take('_') && text == std::to_string(major);
}

}  // namespace

bool isSpelled(std::string_view spelling, std::string_view vendor, std::string_view name, std::uint32_t major) {
  return isSpelledBy(false, spelling, vendor, name, major) || isSpelledBy(true, spelling, vendor, name, major);
}

}  // namespace oncue
