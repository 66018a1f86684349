#include "base/contains.h"

namespace oncue {

bool contains(const Vec<std::string>& texts, std::string_view text) {
  for (const std::string& one : texts) {
    if (one == text) return true;
  }
  return false;
}

std::uint32_t indexOf(const Vec<std::uint32_t>& numbers, std::uint32_t number) {
  std::uint32_t i = 0;
  while (i < numbers.size() && numbers[i] != number) ++i;
  return i;
}

bool contains(const Vec<std::uint32_t>& numbers, std::uint32_t number) { return indexOf(numbers, number) < numbers.size(); }

}  // namespace oncue
